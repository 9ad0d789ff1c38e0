import type { Address } from '../account/address.js'
import type { Recipient, RecipientRules } from './recipient.js'

/** An invitation that is to be sent to its person. */
export interface InvitationMessage {
  /** The invitation's id. */
  readonly id: string
  /** Its link: whoever has it can use it, so it stands in no log and no error. */
  readonly url: string
  /** Where it goes: never the mailbox that is set up, which nobody can read yet. */
  readonly deliverTo: Recipient
  /** The mailbox that is set up. */
  readonly address: Address
  /** Whose it is. */
  readonly name?: string | undefined
  /** BCP 47; the tenant's own language by default. */
  readonly language?: string | undefined
  readonly expiresAt: Date
  /** What the person has to type. No mail holds it: it travels another way. */
  readonly passcode?: string | undefined
  /** Whether the page asks for one, where that is not known here; as `passcode` is there, by default. */
  readonly asksForCode?: boolean | undefined
}

/** Until when somebody wants an invitation sent. */
export interface SendOptions {
  /** Aborted when nobody wants it sent any more. What the next hop may have taken stays with it. */
  readonly signal?: AbortSignal | undefined
}

/** What became of it. */
export interface Receipt {
  /** What the next hop said, for whoever looks for it there: no address and no link. */
  readonly response?: string | undefined
}

/** Sends invitations for one that answers, in its name and looks. */
export interface Delivery {
  /** Who may be sent something: what `parseRecipient` goes by. */
  readonly recipients: RecipientRules
  /**
   * Resolves when the next hop took it; tries again where that can help and nothing can arrive twice.
   *
   * @throws MailProfileError `delivery_failed` for what is refused for good, above all the recipient;
   *   `delivery_unavailable` while nothing can be sent: it has not been sent; `delivery_uncertain` where the
   *   connection was lost between the last byte and the answer, so that it may have been sent
   */
  send(message: InvitationMessage, options?: SendOptions): Promise<Receipt>
}

/** What invitations look like that are sent: those of one that answers. */
export interface Looks {
  /** Who offers it. */
  readonly operator: string
  /** Whom people call when something is wrong. */
  readonly contact?: { readonly text: string; readonly href?: string | undefined } | undefined
  readonly color?: string | undefined
  readonly darkColor?: string | undefined
  /** For whoever's language is not known. */
  readonly language: string
  /** A folder of own messages (`locales/`) and templates (`mails/`). */
  readonly templates?: string | undefined
}

/** A way to send, with its connections, its rate and its retries: one for all who have it configured. */
export interface DeliveryWay {
  /** @throws MailProfileError `invalid_configuration` for own templates that are broken */
  for(looks: Looks): Delivery
  /**
   * Connects, logs in, and sends nothing.
   *
   * @returns what can be said of a server that would take something
   * @throws MailProfileError `delivery_unavailable` that says what is wrong
   */
  check(signal?: AbortSignal): Promise<string>
  /** Ends whatever is under way, and the connections. */
  close(): Promise<void>
}
