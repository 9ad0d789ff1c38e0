<?php

/**
 * Why there is no code. Its message is for the log of the operator and holds no address, link or key;
 * what the person is told is the text called $label.
 */
class mailprofile_refusal extends RuntimeException
{
    /**
     * @param string $label      name of the sentence, in localization/
     * @param string $reason     for the log
     * @param bool   $may_be_made whether the server may have made the invitation all the same
     */
    public function __construct(
        public string $label,
        string $reason,
        public bool $may_be_made = false
    ) {
        parent::__construct($reason);
    }
}
