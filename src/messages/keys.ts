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
  readonly 'errors.qr.tooLong': object
  readonly 'errors.qr.shorter': { readonly level: 'word' }
  readonly 'errors.field': { readonly label: 'word' }
  readonly 'errors.http.noPage': object
  readonly 'errors.http.firstPage': object
  readonly 'errors.http.damagedPage': object
  readonly 'errors.http.internal': object
  readonly 'errors.http.later': object
  readonly 'errors.http.overloaded': object
  readonly 'errors.http.tooManyRequests': object
  readonly 'errors.http.tooManySearches': object
  readonly 'errors.http.tooManyWrong': object
  readonly 'errors.http.tooManyLooks': object
  readonly 'errors.http.wait': { readonly seconds: 'number' }
  readonly 'errors.http.tooLate': object
  readonly 'errors.http.betterConnection': object
  readonly 'errors.http.tooLarge': object
  readonly 'errors.http.twoHosts': object
  readonly 'errors.http.noHost': object
  readonly 'errors.http.chunks': object
  readonly 'errors.http.otherWebsite': object
  readonly 'errors.http.unreadableForm': object
  readonly 'errors.http.sendForm': object
  readonly 'errors.http.valueTooLong': { readonly field: 'word' }
  readonly 'errors.http.valueDamaged': { readonly field: 'word' }
  readonly 'errors.http.givenTwice': { readonly field: 'word' }
  readonly 'errors.http.addressTwice': object
  readonly 'errors.http.protocol': object
  readonly 'errors.http.unknownHost': object
  readonly 'errors.http.giveAddress': { readonly example: 'word' }
  readonly 'errors.http.confirm': { readonly source: 'word' }
  readonly 'errors.http.openSetup': { readonly link: 'word' }
  readonly 'errors.http.noSigning': object
  readonly 'errors.http.useSettings': object
  readonly 'errors.http.noFormat': object
  readonly 'errors.http.formats': { readonly formats: 'word' }
  readonly 'errors.http.noPicture': { readonly format: 'word' }
  readonly 'errors.http.leaveOut': { readonly parameter: 'word' }
  readonly 'errors.http.picture': { readonly parameter: 'word' }
  readonly 'errors.http.noReports': object
  readonly 'errors.http.misdirected': object
  readonly 'errors.http.otherHost': object
  readonly 'errors.link.unknown': object
  readonly 'errors.link.incomplete': object
  readonly 'errors.link.notAsked': object
  readonly 'errors.link.tap': object
  readonly 'errors.link.codeFirst': object
  readonly 'errors.link.typeCode': object
  readonly 'errors.link.locked': object
  readonly 'errors.link.unlock': object
  readonly 'errors.link.shortCode': object
  readonly 'errors.link.wholeCode': object
  readonly 'errors.link.wrongCode': object
  readonly 'errors.link.codeAgain': object
  readonly 'found.assumed': object
  readonly 'notes.oneDevice': object
  readonly 'layout.home': object
  readonly 'layout.questions': {
    readonly operator: 'word'
    readonly contact: 'word'
    readonly a: 'link'
  }
  readonly 'layout.made': object
  readonly 'layout.language': object
  readonly 'layout.loopback': object
  readonly 'layout.lan': object
  readonly 'layout.imprint': object
  readonly 'layout.privacy': object
  readonly 'home.title': object
  readonly 'home.intro': object
  readonly 'home.address': object
  readonly 'home.options': object
  readonly 'home.name': object
  readonly 'home.nameHint': object
  readonly 'home.pop3': object
  readonly 'home.pop3Hint': object
  readonly 'home.continue': object
  readonly 'home.use': { readonly address: 'word' }
  readonly 'home.promise': object
  readonly 'home.loopback': object
  readonly 'home.providers': object
  readonly 'home.provider': object
  readonly 'home.search': object
  readonly 'home.known': { readonly count: 'number' }
  readonly 'home.unknown': object
  readonly 'home.check': { readonly title: 'word' }
  readonly 'setup.title': { readonly address: 'word' }
  readonly 'setup.forPrograms': { readonly address: 'word' }
  readonly 'setup.from': { readonly operator: 'word' }
  readonly 'setup.trust.iphone': object
  readonly 'setup.trust.ipad': object
  readonly 'setup.trust.mac': object
  readonly 'setup.trust.app': object
  readonly 'setup.trust.inside': object
  readonly 'setup.found': {
    readonly source: 'word'
    readonly operator: 'word'
    readonly hosts: 'word'
  }
  readonly 'setup.foundVouched': { readonly source: 'word'; readonly hosts: 'word' }
  readonly 'setup.roots': { readonly names: 'word'; readonly operator: 'word' }
  readonly 'setup.readFirst': { readonly account: 'word'; readonly a: 'link' }
  readonly 'setup.needsAppPassword': { readonly account: 'word'; readonly a: 'link' }
  readonly 'setup.notes': object
  readonly 'setup.appPassword': object
  readonly 'setup.makeAppPassword': object
  readonly 'setup.button.iphone': { readonly address: 'word' }
  readonly 'setup.button.ipad': { readonly address: 'word' }
  readonly 'setup.button.mac': { readonly address: 'word' }
  readonly 'setup.safari.title': object
  readonly 'setup.safari.text': { readonly browser: 'word' }
  readonly 'setup.safari.thisApp': object
  readonly 'setup.safari.thisBrowser': object
  readonly 'setup.safari.how': object
  readonly 'setup.noProfile': object
  readonly 'setup.byHand.iphone': object
  readonly 'setup.byHand.mac': object
  readonly 'setup.toSettings': object
  readonly 'setup.after': object
  readonly 'setup.afterClick': object
  readonly 'setup.whatItInstalls': object
  readonly 'setup.installs.mail': { readonly account: 'word'; readonly protocol: 'word' }
  readonly 'setup.installs.calendar': object
  readonly 'setup.installs.contacts': object
  readonly 'setup.installs.root': { readonly name: 'word' }
  readonly 'setup.installs.nothingElse': object
  readonly 'setup.cannot': object
  readonly 'setup.file': { readonly file: 'word' }
  readonly 'setup.fileWithPassword': { readonly file: 'word' }
  readonly 'setup.fileWithoutPassword': { readonly file: 'word' }
  readonly 'setup.trouble': object
  readonly 'setup.other.imap': object
  readonly 'setup.other.pop3': object
  readonly 'setup.other.imapText': { readonly protocol: 'word' }
  readonly 'setup.other.pop3Text': { readonly protocol: 'word' }
  readonly 'setup.other.use': { readonly protocol: 'word' }
  readonly 'setup.otherDevice': object
  readonly 'setup.otherDeviceText': object
  readonly 'setup.thisPageFor': object
  readonly 'setup.devices.iphone': object
  readonly 'setup.devices.ipad': object
  readonly 'setup.devices.mac': object
  readonly 'setup.devices.android': object
  readonly 'setup.devices.other': object
  readonly 'setup.settings': object
  readonly 'setup.sheet': object
  readonly 'setup.help': { readonly account: 'word' }
  readonly 'setup.offer': object
  readonly 'setup.noSigning': object
  readonly 'setup.dav.title': { readonly what: 'word'; readonly address: 'word' }
  readonly 'setup.dav.trust': object
  readonly 'setup.dav.button.iphone': { readonly what: 'word' }
  readonly 'setup.dav.button.ipad': { readonly what: 'word' }
  readonly 'setup.dav.button.mac': { readonly what: 'word' }
  readonly 'setup.dav.root': { readonly name: 'word' }
  readonly 'signIn.trust': { readonly holder: 'word' }
  readonly 'signIn.new': { readonly a: 'link' }
  readonly 'signIn.withProfile': object
  readonly 'signIn.mayRefuse': object
  readonly 'signIn.step': { readonly holder: 'word' }
  readonly 'signIn.yourself': object
  readonly 'signIn.settings': object
  readonly 'signIn.mac': object
  readonly 'signIn.choose': { readonly label: 'word' }
  readonly 'signIn.page': { readonly holder: 'word' }
  readonly 'signIn.save': object
  readonly 'signIn.done': object
  readonly 'signIn.gmail': { readonly label: 'word' }
  readonly 'signIn.samsung': { readonly label: 'word' }
  readonly 'signIn.app': { readonly app: 'word'; readonly label: 'word' }
  readonly 'signIn.other': { readonly label: 'word' }
  readonly 'signIn.onlyThose': object
  readonly 'signIn.newOutlook': object
  readonly 'signIn.classicOutlook': object
  readonly 'signIn.thunderbird': object
  readonly 'signIn.installs': { readonly holder: 'word'; readonly account: 'word' }
  readonly 'signIn.mayErase': object
  readonly 'signIn.withAppPassword': object
  readonly 'signIn.appPasswordText': { readonly holder: 'word' }
  readonly 'signIn.useAppPassword': object
  readonly 'signIn.instead': { readonly holder: 'word' }
  readonly 'steps.iphone.allow': object
  readonly 'steps.iphone.allowDevice': object
  readonly 'steps.iphone.downloaded': object
  readonly 'steps.iphone.notThere': object
  readonly 'steps.iphone.install': object
  readonly 'steps.iphone.password': object
  readonly 'steps.iphone.appPassword': object
  readonly 'steps.iphone.again': object
  readonly 'steps.iphone.trust': { readonly names: 'word' }
  readonly 'steps.iphone.mail': object
  readonly 'steps.ipad.allow': object
  readonly 'steps.ipad.install': object
  readonly 'steps.ipad.password': object
  readonly 'steps.ipad.appPassword': object
  readonly 'steps.ipad.passcode': object
  readonly 'steps.mac.download': object
  readonly 'steps.mac.nothing': object
  readonly 'steps.mac.open': object
  readonly 'steps.mac.open13': object
  readonly 'steps.mac.open12': object
  readonly 'steps.mac.install': object
  readonly 'steps.mac.password': object
  readonly 'steps.mac.appPassword': object
  readonly 'steps.mac.trust': { readonly names: 'word' }
  readonly 'steps.mac.mail': object
  readonly 'steps.once': object
  readonly 'steps.twice': object
  readonly 'steps.noPassword': object
  readonly 'steps.dav.iphone': object
  readonly 'steps.dav.ipad': object
  readonly 'steps.dav.mac': object
  readonly 'steps.dav.noPassword': object
  readonly 'steps.dav.open': { readonly what: 'word' }
  readonly 'signer.verified': object
  readonly 'signer.unverified': { readonly because: 'word' }
  readonly 'signer.unverifiedMac': { readonly because: 'word' }
  readonly 'signer.works': object
  readonly 'signer.worksDav': object
  readonly 'signer.test': object
  readonly 'signer.hedged': object
  readonly 'signer.unsigned': { readonly operator: 'word' }
  readonly 'signer.unsignedChanged': object
  readonly 'signer.because.development': object
  readonly 'signer.because.selfSigned': object
  readonly 'signer.because.missingIntermediate': object
  readonly 'signer.because.ended': object
  readonly 'signer.because.notYetValid': object
  readonly 'signer.because.keyUsage': object
  readonly 'signer.because.unknownRoot': object
  readonly 'facts.minutes': object
  readonly 'facts.minutesOffer': object
  readonly 'facts.one': object
  readonly 'facts.older': object
  readonly 'facts.replace': object
  readonly 'facts.replaceMac': object
  readonly 'facts.lockdown': { readonly a: 'link' }
  readonly 'drawing.iphone1': object
  readonly 'drawing.iphone2': object
  readonly 'drawing.iphone3': object
  readonly 'drawing.iphone4': object
  readonly 'drawing.iphone5': object
  readonly 'drawing.ipad1': object
  readonly 'drawing.mac1': object
  readonly 'drawing.mac2': object
  readonly 'drawing.other': object
  readonly 'drawing.thunderbird1': object
  readonly 'drawing.thunderbird2': object
  readonly 'drawing.thunderbird3': object
  readonly 'drawing.fairemail1': object
  readonly 'drawing.fairemail2': object
  readonly 'android.question': object
  readonly 'android.other': object
  readonly 'android.calendars': object
  readonly 'android.open': object
  readonly 'android.openOther': object
  readonly 'android.gmail.add': object
  readonly 'android.samsung.add': object
  readonly 'android.outlook.add': object
  readonly 'android.address': object
  readonly 'android.manual': { readonly protocol: 'word' }
  readonly 'android.values': object
  readonly 'android.valuesAppPassword': object
  readonly 'android.knowPassword': object
  readonly 'android.automatic': object
  readonly 'android.inApp': object
  readonly 'android.notThere': object
  readonly 'android.onPlay': { readonly app: 'word' }
  readonly 'android.onFdroid': { readonly app: 'word' }
  readonly 'android.downloadFile': object
  readonly 'android.didNotOpen': { readonly app: 'word' }
  readonly 'android.theApp': object
  readonly 'android.install': object
  readonly 'android.asks': object
  readonly 'android.asksNotHeld': object
  readonly 'android.fetchFailed': object
  readonly 'android.fetched': object
  readonly 'android.noScript': object
  readonly 'android.setUpMail': object
  readonly 'android.ownApp': object
  readonly 'android.wrongDevice': object
  readonly 'android.onPhoneOnly': object
  readonly 'android.mail': object
  readonly 'apps.suggested': { readonly operator: 'word' }
  readonly 'apps.text': { readonly operator: 'word' }
  readonly 'apps.get': { readonly app: 'word' }
  readonly 'apps.open': { readonly app: 'word' }
  readonly 'apps.servers': object
  readonly 'thunderbird.download': object
  readonly 'thunderbird.downloaded': object
  readonly 'thunderbird.import': object
  readonly 'thunderbird.inUse': object
  readonly 'thunderbird.select': { readonly file: 'word' }
  readonly 'thunderbird.notThere': object
  readonly 'thunderbird.password': object
  readonly 'thunderbird.appPassword': object
  readonly 'thunderbird.same': object
  readonly 'thunderbird.both': object
  readonly 'thunderbird.noPassword': object
  readonly 'thunderbird.once': object
  readonly 'thunderbird.code': object
  readonly 'thunderbird.codeText': object
  readonly 'thunderbird.codeWithPassword': object
  readonly 'thunderbird.codeWithout': object
  readonly 'thunderbird.show': object
  readonly 'thunderbird.showCounts': object
  readonly 'thunderbird.codeAlt': object
  readonly 'thunderbird.codeOpen': object
  readonly 'thunderbird.codeScan': object
  readonly 'thunderbird.codeImport': object
  readonly 'thunderbird.codeImportApp': object
  readonly 'thunderbird.codeImportNone': object
  readonly 'thunderbird.k9': object
  readonly 'fairemail.download': object
  readonly 'fairemail.downloaded': object
  readonly 'fairemail.import': object
  readonly 'fairemail.password': object
  readonly 'fairemail.appPassword': object
  readonly 'fairemail.noPassword': object
  readonly 'fairemail.choose': { readonly file: 'word' }
  readonly 'fairemail.account': object
  readonly 'fairemail.identity': object
  readonly 'deltachat.text': object
  readonly 'deltachat.password': object
  readonly 'deltachat.appPassword': object
  readonly 'deltachat.hint': object
  readonly 'deltachat.missing': object
  readonly 'deltachat.open': object
  readonly 'deltachat.name': object
  readonly 'deltachat.profile': object
  readonly 'davx5.text': { readonly what: 'word' }
  readonly 'davx5.setUp': { readonly what: 'word' }
  readonly 'davx5.login': object
  readonly 'davx5.password': object
  readonly 'davx5.ownPassword': object
  readonly 'davx5.appPassword': object
  readonly 'davx5.choose': object
  readonly 'davx5.next': object
  readonly 'davx5.calendars': object
  readonly 'davx5.contacts': object
  readonly 'davx5.both': object
  readonly 'computer.point': object
  readonly 'computer.orType': object
  readonly 'computer.codeAlt': object
  readonly 'computer.address': object
  readonly 'computer.asPicture': object
  readonly 'computer.toPrint': object
  readonly 'computer.loopback': { readonly command: 'word'; readonly key: 'word' }
  readonly 'computer.lan': object
  readonly 'computer.here': object
  readonly 'computer.newOutlook': object
  readonly 'computer.newOutlookSteps': { readonly protocol: 'word' }
  readonly 'computer.newOutlookCloud': object
  readonly 'computer.classicOutlook': object
  readonly 'computer.classicOutlookSteps': { readonly protocol: 'word' }
  readonly 'computer.thunderbird': object
  readonly 'computer.thunderbirdSteps': object
  readonly 'computer.otherProgram': object
  readonly 'computer.otherProgramSteps': object
  readonly 'computer.paper': object
  readonly 'computer.paperType': object
  readonly 'computer.paperAlt': object
  readonly 'computer.dav.steps': { readonly what: 'word' }
  readonly 'computer.dav.paper': object
  readonly 'settings.you': object
  readonly 'settings.incoming': { readonly protocol: 'word' }
  readonly 'settings.outgoing': object
  readonly 'settings.calendar': object
  readonly 'settings.contacts': object
  readonly 'settings.name': object
  readonly 'settings.address': object
  readonly 'settings.url': object
  readonly 'settings.server': object
  readonly 'settings.incomingServer': object
  readonly 'settings.outgoingServer': object
  readonly 'settings.port': object
  readonly 'settings.security': object
  readonly 'settings.username': object
  readonly 'settings.authentication': object
  readonly 'settings.password': object
  readonly 'settings.signIn': object
  readonly 'settings.yes': object
  readonly 'settings.no': object
  readonly 'settings.none': object
  readonly 'settings.standsFor': { readonly domain: 'word' }
  readonly 'settings.copy': object
  readonly 'settings.copied': object
  readonly 'settings.selected': object
  readonly 'settings.notStarttls': object
  readonly 'settings.notTls': object
  readonly 'settings.encryptedPassword': object
  readonly 'settings.noSpa': object
  readonly 'settings.yourPassword': object
  readonly 'settings.ownPassword': object
  readonly 'settings.yourAppPassword': object
  readonly 'settings.samePassword': object
  readonly 'settings.notShown': { readonly password: 'word' }
  readonly 'settings.noAuthentication': object
  readonly 'confirm.title': object
  readonly 'confirm.text': { readonly address: 'word' }
  readonly 'confirm.unvouched': { readonly operator: 'word' }
  readonly 'confirm.unknown': { readonly count: 'number' }
  readonly 'confirm.yes': object
  readonly 'confirm.no': object
  readonly 'confirm.details': object
  readonly 'confirm.foundAt': object
  readonly 'confirm.incoming': object
  readonly 'confirm.outgoing': object
  readonly 'confirm.calendar': object
  readonly 'confirm.contacts': object
  readonly 'confirm.dav.title': object
  readonly 'confirm.dav.text': { readonly what: 'word'; readonly address: 'word' }
  readonly 'confirm.dav.unvouched': { readonly operator: 'word' }
  readonly 'confirm.dav.yes': object
  readonly 'invitation.title': object
  readonly 'invitation.titleFor': { readonly address: 'word' }
  readonly 'invitation.locked': object
  readonly 'invitation.from': { readonly operator: 'word' }
  readonly 'invitation.until': { readonly time: 'word' }
  readonly 'invitation.button': object
  readonly 'invitation.passcode': object
  readonly 'invitation.passcodeHint': object
  readonly 'invitation.triesLeft': { readonly count: 'number' }
  readonly 'invitation.opened': {
    readonly time: 'word'
    readonly downloads: 'number'
    readonly minutes: 'number'
  }
  readonly 'invitation.call': {
    readonly operator: 'word'
    readonly contact: 'word'
    readonly a: 'link'
  }
  readonly 'invitation.tell': { readonly operator: 'word' }
  readonly 'invitation.lockedText': object
  readonly 'invitation.unlockCall': {
    readonly operator: 'word'
    readonly contact: 'word'
    readonly a: 'link'
  }
  readonly 'invitation.unlockAsk': { readonly operator: 'word' }
  readonly 'invitation.about': object
  readonly 'invitation.best': object
  readonly 'invitation.shows': object
  readonly 'invitation.pass': object
  readonly 'invitation.works': { readonly time: 'word'; readonly downloads: 'number' }
  readonly 'invitation.window': { readonly minutes: 'number' }
  readonly 'invitation.used': {
    readonly used: 'number'
    readonly left: 'number'
    readonly time: 'word'
  }
  readonly 'invitation.dav.title': object
  readonly 'invitation.dav.titleFor': { readonly address: 'word' }
  readonly 'invitation.dav.pass': object
  readonly 'invitation.dav.best': object
  readonly 'letter.document': { readonly operator: 'word' }
  readonly 'letter.greeting': { readonly name: 'word' }
  readonly 'letter.intro': object
  readonly 'letter.scan': object
  readonly 'letter.tap': object
  readonly 'letter.code': { readonly code: 'word' }
  readonly 'letter.follow': object
  readonly 'ended.used': { readonly time: 'word' }
  readonly 'ended.never': object
  readonly 'ended.you': object
  readonly 'ended.youText': { readonly operator: 'word' }
  readonly 'ended.somebody': object
  readonly 'ended.somebodyText': object
  readonly 'ended.ask': { readonly operator: 'word' }
  readonly 'ended.askContact': {
    readonly operator: 'word'
    readonly contact: 'word'
    readonly a: 'link'
  }
  readonly 'ended.spent.title': object
  readonly 'ended.spent.text': object
  readonly 'ended.expired.title': object
  readonly 'ended.expired.text': object
  readonly 'ended.revoked.title': object
  readonly 'ended.revoked.text': object
  readonly 'mail.subject': { readonly operator: 'word' }
  readonly 'mail.helloName': { readonly name: 'word' }
  readonly 'mail.hello': object
  readonly 'mail.intro': { readonly operator: 'word'; readonly address: 'word' }
  readonly 'mail.tap': object
  readonly 'mail.open': object
  readonly 'mail.link': object
  readonly 'mail.computer': object
  readonly 'mail.until': { readonly time: 'word' }
  readonly 'mail.code': object
  readonly 'mail.password': object
  readonly 'mail.questions': {
    readonly operator: 'word'
    readonly contact: 'word'
    readonly a: 'link'
  }
  readonly 'mail.unexpected': object
  readonly 'error.back': object
  readonly 'error.help': object
  readonly 'error.mention': { readonly code: 'word'; readonly status: 'word' }
  readonly 'error.otherWay': object
  readonly 'error.titles.forbidden': object
  readonly 'error.titles.notFound': object
  readonly 'error.titles.timeout': object
  readonly 'error.titles.gone': object
  readonly 'error.titles.tooLarge': object
  readonly 'error.titles.impossible': object
  readonly 'error.titles.tooMany': object
  readonly 'error.titles.unavailable': object
  readonly 'error.titles.server': object
  readonly 'error.titles.client': object
  readonly 'profile.description': { readonly addresses: 'word' }
  readonly 'profile.dav': { readonly what: 'word'; readonly addresses: 'word' }
  readonly 'profile.mail': { readonly account: 'word' }
  readonly 'profile.calendar': { readonly account: 'word' }
  readonly 'profile.contacts': { readonly account: 'word' }
  readonly 'profile.certificate': { readonly name: 'word' }
  readonly 'profile.forApp': { readonly app: 'word' }
  readonly 'sheet.title': { readonly account: 'word' }
  readonly 'sheet.dav': { readonly account: 'word' }
  readonly 'support.oauthApple': object
  readonly 'support.oauth': { readonly app: 'word' }
  readonly 'support.appleAuthentication': { readonly authentication: 'word' }
  readonly 'support.authentication': { readonly app: 'word'; readonly authentication: 'word' }
  readonly 'support.noPassword': { readonly server: 'word'; readonly app: 'word' }
  readonly 'support.encryptedPort': { readonly port: 'word' }
  readonly 'support.unencrypted': { readonly server: 'word'; readonly app: 'word' }
  readonly 'support.noDav': object
  readonly 'support.noMail': object
  readonly 'support.tooLong': object
  readonly 'support.noSignIn': { readonly app: 'word' }
  readonly 'support.needsImap': { readonly app: 'word' }
  readonly 'support.needsPassword': { readonly app: 'word' }
  readonly 'support.encodedSlash': { readonly app: 'word' }
  readonly 'support.noServer': { readonly server: 'word' }
  readonly 'support.noUser': { readonly server: 'word' }
  readonly 'support.userSpace': { readonly server: 'word' }
  readonly 'support.otherUser': { readonly server: 'word' }
  readonly 'support.otherDavUser': object
  readonly 'support.otherHosts': { readonly server: 'word' }
  readonly 'support.placeholder': { readonly server: 'word' }
  readonly 'support.dnsRecords': { readonly server: 'word' }
  readonly 'support.dnsDav': object
  readonly 'support.paccHosts': { readonly server: 'word' }
  readonly 'support.paccPorts': { readonly server: 'word' }
  readonly 'support.signIn': { readonly holder: 'word' }
  readonly 'support.signInOff': object
  readonly 'drawn.importSettingsApp': object
  readonly 'drawn.password': object
  readonly 'drawn.ok': object
  readonly 'drawn.account': object
  readonly 'drawn.synchronize': object
  readonly 'drawn.save': object
  readonly 'drawn.addAccount': object
  readonly 'drawn.other': object
  readonly 'drawn.start': object
  readonly 'drawn.importSettings': object
  readonly 'drawn.selectFile': object
  readonly 'drawn.scanCode': object
  readonly 'drawn.incomingServer': object
  readonly 'drawn.settings': object
  readonly 'drawn.profileDownloaded': object
  readonly 'drawn.installProfile': object
  readonly 'drawn.install': object
  readonly 'drawn.mailAccount': object
  readonly 'drawn.websiteAsks': object
  readonly 'drawn.ignore': object
  readonly 'drawn.allow': object
  readonly 'drawn.airplane': object
  readonly 'drawn.wifi': object
  readonly 'drawn.cancel': object
  readonly 'drawn.yourAccount': object
  readonly 'drawn.ownAccount': object
  readonly 'drawn.signedBy': object
  readonly 'drawn.contains': object
  readonly 'drawn.enterPassword': object
  readonly 'drawn.next': object
  readonly 'drawn.passwordFor': object
  readonly 'drawn.passwordForOwn': object
  readonly 'drawn.trustSettings': object
  readonly 'drawn.fullTrust': object
  readonly 'drawn.certificate': object
  readonly 'drawn.general': object
  readonly 'drawn.deviceManagement': object
  readonly 'drawn.downloaded': object
  readonly 'drawn.doubleClick': object
  readonly 'drawn.installThis': object
}
