<?php

use GuzzleHttp\ClientInterface;
use GuzzleHttp\Exception\GuzzleException;
use Psr\Http\Message\ResponseInterface;

/**
 * The calls to a mailprofile server. What goes wrong is a mailprofile_refusal; messages of the HTTP client
 * are never passed on, because they name addresses, and the one of a picture opens an invitation.
 */
class mailprofile_client
{
    // Those of the API by what a person can do about them; whatever else there is may work again.
    private const LABELS = [
        'unauthorized'          => 'errorsetup',
        'invalid_request'       => 'errorsetup',
        'not_found'             => 'errorsetup',
        'method_not_allowed'    => 'errorsetup',
        'misdirected'           => 'errorsetup',
        'forbidden'             => 'erroraddress',
        'invalid_address'       => 'erroraddress',
        'invalid_account'       => 'erroraddress',
        'unknown_domain'        => 'erroraddress',
        'unsupported_protocol'  => 'erroraddress',
        'unsupported_account'   => 'erroraddress',
        'oauth_only'            => 'erroraddress',
        'confirmation_required' => 'erroraddress',
        'too_many_requests'     => 'errorbusy',
        'overloaded'            => 'errorbusy',
        'request_timeout'       => 'errorunreachable',
        'store_unavailable'     => 'errorunreachable',
        'directory_unavailable' => 'errorunreachable',
    ];

    private const LONGEST_PICTURE = 200000;

    // What a base of addresses has not.
    private const NO_PARTS = ['user' => 1, 'pass' => 1, 'query' => 1, 'fragment' => 1];

    private string $url;

    /**
     * @param string $url where the server is reached
     *
     * @throws mailprofile_refusal when the key would travel in clear
     */
    public function __construct(
        private ClientInterface $http,
        string $url,
        #[\SensitiveParameter]
        private string $key
    ) {
        if (!self::is_private($url)) {
            throw new mailprofile_refusal('errorsetup', 'mailprofile_url is no address with https');
        }
        if ($key === '') {
            throw new mailprofile_refusal('errorsetup', 'mailprofile_key is missing');
        }
        $this->url = rtrim($url, '/');
    }

    /**
     * Makes an invitation, or gets the same again for the same call. A name that the server does not take is left
     * out: it alone knows which are the joiners that a script needs, and which characters only seem to be nothing.
     *
     * @param array  $wanted what POST /api/v1/invitations takes
     * @param string $call   the Idempotency-Key
     *
     * @return array{url: string, qr: string, expiresAt: DateTimeImmutable, code: ?string}
     * @throws mailprofile_refusal
     */
    public function invite(#[\SensitiveParameter] array $wanted, string $call): array
    {
        $response = $this->post($wanted, $call);
        if ($response->getStatusCode() === 400 && isset($wanted['name'])) {
            // Nothing was made, so that the call may have another body.
            $response = $this->post(array_diff_key($wanted, ['name' => 1]), $call);
        }
        $status = $response->getStatusCode();
        $answer = json_decode((string) $response->getBody(), true);
        if ($status !== 201) {
            throw self::refusal($status, $answer);
        }
        return self::made($answer);
    }

    /**
     * The picture of a code.
     *
     * @param string $qr what the answer of invite() has for it
     *
     * @return string SVG
     * @throws mailprofile_refusal 'ended' when nobody can use the invitation any more
     */
    public function picture(string $qr): string
    {
        // Where the server is reached from here, which people may reach by another way.
        if (!preg_match('~/i/[A-Za-z0-9_-]+/qr\.svg$~D', $qr, $matches)) {
            throw new mailprofile_refusal('nopicture', 'the answer names no picture');
        }
        $response = $this->ask('GET', $matches[0], []);
        $status = $response->getStatusCode();
        if ($status === 410) {
            throw new mailprofile_refusal('ended', 'the invitation has ended');
        }
        $body = (string) $response->getBody();
        if ($status !== 200 || !str_starts_with($body, '<svg') || strlen($body) > self::LONGEST_PICTURE) {
            throw new mailprofile_refusal('nopicture', "no picture came, status $status");
        }
        return $body;
    }

    private function post(#[\SensitiveParameter] array $wanted, string $call): ResponseInterface
    {
        return $this->ask('POST', '/api/v1/invitations', [
            'json'    => $wanted,
            'headers' => ['Authorization' => 'Bearer ' . $this->key, 'Idempotency-Key' => $call],
        ]);
    }

    private function ask(string $method, string $path, #[\SensitiveParameter] array $options): ResponseInterface
    {
        try {
            return $this->http->request($method, $this->url . $path, $options);
        } catch (GuzzleException) {
            // Without php-curl, Guzzle cannot tell these from one another.
            $reason = 'no answer: nobody is there, the certificate was not accepted, or it took too long';
            throw new mailprofile_refusal('errorunreachable', $reason, true);
        }
    }

    private static function refusal(int $status, mixed $answer): mailprofile_refusal
    {
        $code = is_array($answer) ? ($answer['error']['code'] ?? null) : null;
        $code = is_string($code) && preg_match('/^[a-z_]{1,40}$/D', $code) ? $code : 'no code';
        $label = self::LABELS[$code] ?? ($status >= 500 ? 'errorunreachable' : 'errorother');
        return new mailprofile_refusal($label, "the server answered $status, $code", $status >= 500);
    }

    private static function made(mixed $answer): array
    {
        $url = $answer['url'] ?? null;
        $code = $answer['code'] ?? null;
        $qr = $answer['qr'] ?? '';
        $expires = is_string($answer['expiresAt'] ?? null) ? date_create_immutable($answer['expiresAt']) : false;
        if (!is_string($url) || !preg_match('~^https?://[^\s"<>]+$~D', $url) || !is_string($qr) || !$expires
            || ($code !== null && (!is_string($code) || !preg_match('/^[0-9]{6}$/D', $code)))
        ) {
            throw new mailprofile_refusal('errorother', 'the answer is none of this API');
        }
        return ['url' => $url, 'qr' => $qr, 'expiresAt' => $expires, 'code' => $code];
    }

    // Whether nobody between here and there can read the key. A name without a dot is in no public network.
    private static function is_private(string $url): bool
    {
        $parts = parse_url($url);
        if (!is_array($parts) || empty($parts['host']) || array_intersect_key($parts, self::NO_PARTS)) {
            return false;
        }
        $host = $parts['host'];
        return match ($parts['scheme'] ?? '') {
            'https' => true,
            'http'  => $host === '[::1]' || preg_match('/^127(\.\d{1,3}){3}$|^[a-z][a-z0-9_-]*$/Di', $host) === 1,
            default => false,
        };
    }
}
