// Made of templates/locales/en.json: npm run message-keys

/** Every message, with its placeholders and links, and what they take. */
export interface MessageValues {
  readonly 'errors.both': { readonly first: 'word'; readonly second: 'word' }
  readonly 'errors.address.missing': object
  readonly 'errors.address.tooLong': object
  readonly 'errors.address.noAt': object
  readonly 'errors.address.localTooLong': { readonly limit: 'number' }
  readonly 'errors.address.domain': object
  readonly 'errors.address.twoAts': object
  readonly 'errors.address.space': object
  readonly 'errors.address.hidden': object
  readonly 'errors.address.foreign': object
  readonly 'errors.address.twoDots': object
  readonly 'errors.address.edgeDot': object
  readonly 'errors.address.quoted': object
  readonly 'errors.address.characters': object
  readonly 'errors.value.notText': { readonly field: 'word' }
  readonly 'errors.value.empty': { readonly field: 'word' }
  readonly 'errors.value.tooLong': { readonly field: 'word'; readonly limit: 'number' }
  readonly 'errors.value.broken': { readonly field: 'word' }
  readonly 'errors.value.hidden': { readonly field: 'word' }
  readonly 'errors.value.language': { readonly field: 'word' }
  readonly 'errors.domain.unknown': { readonly domain: 'word' }
  readonly 'errors.domain.check': object
  readonly 'errors.domain.meant': { readonly domain: 'word' }
  readonly 'errors.domain.notOffered': { readonly domain: 'word' }
  readonly 'errors.domain.offered': { readonly domains: 'word' }
  readonly 'errors.domain.offeredMany': object
  readonly 'errors.provider.noProtocol': { readonly provider: 'word'; readonly protocol: 'word' }
  readonly 'errors.provider.choose': { readonly protocols: 'word' }
  readonly 'errors.provider.oauth': { readonly provider: 'word' }
  readonly 'errors.search.noServers': { readonly domain: 'word' }
  readonly 'errors.search.oauth': { readonly domain: 'word' }
  readonly 'errors.search.insecure': { readonly domain: 'word' }
  readonly 'errors.search.askForTls': object
  readonly 'errors.busy.searches': object
  readonly 'errors.busy.codesChecked': object
  readonly 'errors.busy.codesMade': object
  readonly 'errors.busy.waitSeconds': { readonly seconds: 'number' }
  readonly 'errors.busy.waitAFew': object
  readonly 'errors.invitations.unavailable': object
  readonly 'errors.invitations.tryAgain': object
}
