/** Who made what the command line made, where API keys have their names. */
export const CLI_MAKER = 'cli'
