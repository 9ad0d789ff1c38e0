/** What a sheet begins with, before the account's name. */
export const FIRST_LINE = 'Mail settings: '
