<?php

/**
 * What the tab shows, as HTML. Texts are escaped here; forms get Roundcube's request token when the page is sent.
 */
class mailprofile_page
{
    /**
     * @param Closure $text    text of localization/ by its name and variables
     * @param string  $attempt which call the button makes
     */
    public function __construct(
        private rcmail_output_html $output,
        private Closure $text,
        private string $attempt
    ) {
    }

    /** Before there is a code. */
    public function start(string $address, bool $with_password): string
    {
        return $this->frame(
            html::p(null, $this->say('intro', ['address' => $address]))
            . html::p(null, $this->say($with_password ? 'withpassword' : 'withoutpassword'))
            . $this->button('make')
        );
    }

    /**
     * The code.
     *
     * @param array       $made    what mailprofile_client::invite() returned
     * @param string|null $picture SVG
     * @param string      $expires a time, as people here write it
     */
    public function code(array $made, ?string $picture, string $expires, bool $with_password): string
    {
        $host = (string) parse_url($made['url'], PHP_URL_HOST);
        $steps = [
            $this->say('stepscan'),
            $this->say('steptap', ['host' => $host]),
            $made['code'] === null ? null : $this->say('steptype') . ' ' . $this->passcode($made['code']),
            $this->say($with_password ? 'stepfollow' : 'stepfollowpassword'),
        ];
        $items = array_map(fn ($step) => html::tag('li', null, $step), array_filter($steps));
        $link = html::a(
            // Not to the opener, and not with where it came from: the address of this page is nobody's business.
            [
                'href'   => $made['url'],
                'class'  => 'btn btn-secondary button mailprofile-link',
                'target' => '_blank',
                'rel'    => 'noopener noreferrer',
            ],
            $this->say('open')
        );

        return $this->frame(
            html::div('mailprofile-code',
                ($picture === null ? $this->note('nopicture', 'warning') : $this->picture($picture))
                . html::div('mailprofile-steps', html::tag('ol', null, implode('', $items)))
            )
            . html::p('mailprofile-here', $this->say('here') . ' ' . $link)
            . html::p(null, $this->say('expires', ['time' => $expires]))
            . ($with_password ? $this->note('warnpassword', 'warning') : $this->note('warn', 'information'))
            . $this->button('another')
        );
    }

    /** Why there is none. */
    public function refusal(string $label, string $address): string
    {
        return $this->frame(
            $this->note($label, $label === 'ended' ? 'information' : 'error', ['address' => $address])
            . $this->button($label === 'ended' ? 'another' : 'retry')
        );
    }

    private function frame(string $content): string
    {
        // Elastic takes the first for the header of the page.
        return html::div(['class' => 'boxtitle'], $this->say('title'))
            . html::div('box formcontainer scroller', html::tag('div', [
                'class' => 'boxcontent formcontent mailprofile-page',
                // Elastic itself writes from left to right in every language.
                'dir'   => 'auto',
            ], $content));
    }

    private function picture(string $svg): string
    {
        // As an image, in which nothing runs whatever it holds.
        return html::img([
            'class' => 'mailprofile-picture',
            'src'   => 'data:image/svg+xml;base64,' . base64_encode($svg),
            'alt'   => ($this->text)('picture', []),
        ]);
    }

    private function passcode(string $code): string
    {
        // Read from left to right in every language.
        return html::tag('strong', ['class' => 'mailprofile-passcode', 'dir' => 'ltr'], rcube::Q($code));
    }

    private function note(string $label, string $kind, array $vars = []): string
    {
        $attributes = ['class' => "box$kind", 'role' => $kind === 'error' ? 'alert' : null];
        return html::div($attributes, $this->say($label, $vars));
    }

    private function button(string $label): string
    {
        $field = new html_hiddenfield(['name' => '_attempt', 'value' => $this->attempt]);
        $class = 'btn btn-primary button mainaction';
        $button = html::tag('button', ['type' => 'submit', 'class' => $class], $this->say($label));
        $attributes = [
            'method' => 'post',
            'action' => './?_task=settings&_action=plugin.mailprofile',
            'class'  => 'mailprofile-form',
        ];
        return $this->output->form_tag($attributes, $field->show() . $button);
    }

    private function say(string $label, array $vars = []): string
    {
        return rcube::Q(($this->text)($label, $vars));
    }
}
