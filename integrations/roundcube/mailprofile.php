<?php

/**
 * A settings tab with a QR code that sets up the person's mail account on a phone, by a mailprofile server.
 *
 * @license MIT
 */
class mailprofile extends rcube_plugin
{
    public $task = 'settings';

    private const ACTION = 'plugin.mailprofile';

    // Whose people cannot change the address of an identity.
    private const FIXED_IDENTITIES = [1, 3, 4];

    private rcmail $rcmail;

    public function init()
    {
        $this->rcmail = rcmail::get_instance();
        $this->add_texts('localization/');
        $this->add_hook('settings_actions', [$this, 'add_tab']);
        $this->register_action(self::ACTION, [$this, 'show']);
        if ($this->rcmail->output->type === 'html') {
            $this->include_stylesheet($this->local_skin_path() . '/mailprofile.css');
        }
    }

    /** The tab, for Roundcube's hook. */
    public function add_tab(array $args): array
    {
        $args['actions'][] = [
            'action' => self::ACTION,
            'class'  => 'mailprofile',
            'label'  => 'tab',
            'title'  => 'title',
            'domain' => 'mailprofile',
        ];
        return $args;
    }

    /** Its page: a button, and what the button gave. */
    public function show(): void
    {
        foreach (['refusal', 'client', 'page'] as $class) {
            require_once __DIR__ . "/lib/mailprofile_$class.php";
        }
        $this->load_config();
        $this->register_handler('plugin.body', fn () => $this->body());
        $this->rcmail->output->set_pagetitle($this->gettext('title'));
        $this->rcmail->output->send('plugin');
    }

    private function body(): string
    {
        $attempt = $this->attempt();
        if ($attempt === null) {
            try {
                return $this->page()->start($this->address(), $this->password() !== null);
            } catch (mailprofile_refusal $refusal) {
                return $this->refused($refusal);
            }
        }
        try {
            $client = $this->client();
            $made = $client->invite($this->wanted(), $this->call($attempt));
            $picture = $this->picture($client, $made['qr']);
            $expires = $this->time($made['expiresAt']);
            return $this->page()->code($made, $picture, $expires, $this->password() !== null);
        } catch (mailprofile_refusal $refusal) {
            return $this->refused($refusal, $attempt);
        }
    }

    /**
     * Which press of a button this is. A page that is loaded again sends the same, and gets the same
     * invitation; Roundcube has checked the request token of whatever was posted with a body.
     */
    private function attempt(): ?string
    {
        $attempt = rcube_utils::get_input_string('_attempt', rcube_utils::INPUT_POST);
        return preg_match('/^[0-9a-f]{32}$/D', $attempt) ? $attempt : null;
    }

    // Of this person in this session: what somebody else has posted is another call.
    private function call(string $attempt): string
    {
        return hash_hmac('sha256', $attempt, $this->rcmail->user->ID . ' ' . $this->rcmail->get_request_token());
    }

    private function wanted(): array
    {
        $config = $this->rcmail->config;
        return array_filter([
            'address'   => $this->address(),
            'name'      => $this->name(),
            'password'  => $this->password(),
            'language'  => str_replace('_', '-', (string) $this->rcmail->get_user_language()) ?: null,
            'reference' => 'webmail',
            'code'      => $this->is_on('mailprofile_code'),
            'expires'   => (int) $config->get('mailprofile_expires', 1),
        ], fn ($value) => $value !== null);
    }

    /** @throws mailprofile_refusal */
    private function address(): string
    {
        if ($this->rcmail->config->get('mailprofile_address', 'login') !== 'identity') {
            return (string) $this->rcmail->get_user_email();
        }
        if (!in_array((int) $this->rcmail->config->get('identities_level', 0), self::FIXED_IDENTITIES, true)) {
            $reason = 'mailprofile_address is identity, but identities_level lets people change the address';
            throw new mailprofile_refusal('errorsetup', $reason);
        }
        return (string) ($this->rcmail->user->get_identity()['email'] ?? '');
    }

    // The person's own word for it; none is sent that is not text.
    private function name(): ?string
    {
        $name = trim((string) ($this->rcmail->user->get_identity()['name'] ?? ''));
        return $name !== '' && mb_check_encoding($name, 'UTF-8') ? $name : null;
    }

    private function password(): ?string
    {
        if (!$this->is_on('mailprofile_send_password')) {
            return null;
        }
        // By OAuth there is a token instead, which is no phone's.
        if (!empty($_SESSION['oauth_token'])) {
            return null;
        }
        return $this->rcmail->get_user_password() ?: null;
    }

    // Roundcube 1.6 itself takes the words "false" and "off" of the environment for true.
    private function is_on(string $name): bool
    {
        $variable = getenv('ROUNDCUBE_' . strtoupper($name));
        $value = $variable === false ? $this->rcmail->config->get($name, false) : $variable;
        return filter_var($value, FILTER_VALIDATE_BOOLEAN);
    }

    private function client(): mailprofile_client
    {
        $config = $this->rcmail->config;
        $seconds = max(1, (int) $config->get('mailprofile_timeout', 10));
        $http = $this->rcmail->get_http_client([
            'verify'          => $config->get('mailprofile_ca') ?: true,
            'timeout'         => $seconds,
            'connect_timeout' => $seconds,
            'allow_redirects' => false,
            'http_errors'     => false,
            // It would print the key.
            'debug'           => false,
        ]);
        $url = (string) $config->get('mailprofile_url');
        return new mailprofile_client($http, $url, (string) $config->get('mailprofile_key'));
    }

    // The link works without it.
    private function picture(mailprofile_client $client, string $qr): ?string
    {
        try {
            return $client->picture($qr);
        } catch (mailprofile_refusal $refusal) {
            if ($refusal->label === 'ended') {
                throw $refusal;
            }
            $this->log($refusal);
            return null;
        }
    }

    private function time(DateTimeImmutable $time): string
    {
        return (string) $this->rcmail->format_date($time->format(DATE_ATOM));
    }

    private function refused(mailprofile_refusal $refusal, ?string $attempt = null): string
    {
        if ($refusal->label !== 'ended') {
            $this->log($refusal);
        }
        $page = $this->page($refusal->may_be_made ? $attempt : null);
        return $page->refusal($refusal->label, (string) $this->rcmail->get_user_email());
    }

    private function log(mailprofile_refusal $refusal): void
    {
        rcube::raise_error(['code' => 500, 'message' => 'mailprofile: ' . $refusal->getMessage()], true, false);
    }

    private function page(?string $attempt = null): mailprofile_page
    {
        $text = fn (string $name, array $vars) => $this->gettext(['name' => $name, 'vars' => $vars]);
        return new mailprofile_page($this->rcmail->output, $text, $attempt ?? bin2hex(random_bytes(16)));
    }
}
