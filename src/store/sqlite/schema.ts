/**
 * Who may use a file: a step that programs from before it would spoil raises this and `user_version`, and they
 * refuse the file from then on.
 */
export const SCHEMA_VERSION = 1
// "MPRO": tells our files from those of other programs.
export const APPLICATION_ID = 0x4d50524f

/**
 * From an empty file to what is kept today. Each file has had the first so many, and gets the others when it
 * is opened: so none is ever changed or taken out, and a new one stands at the end.
 *
 * Programs that do not know a step go on beside it, or after it, while `user_version` stays: they name all
 * columns in whatever they read and write, and leave alone tables that they do not know.
 */
export const STEPS: readonly string[] = [
  // What is sealed lies in slots of its own: see slots.ts. `due_at` is when the sweep has to look
  // at a row next: at its end to erase what is sealed, and when it is forgotten to delete it.
  `
CREATE TABLE slots (
  slot INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  free INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE INDEX slots_free ON slots (size) WHERE free = 1;
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  maker TEXT NOT NULL,
  reference TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  open_for INTEGER NOT NULL,
  downloads INTEGER NOT NULL,
  used INTEGER NOT NULL,
  opened_at INTEGER,
  ended_state TEXT,
  ended_at INTEGER,
  tries_left INTEGER,
  slot INTEGER,
  due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_due ON invitations (due_at);
CREATE INDEX invitations_all ON invitations (created_at, id);
CREATE INDEX invitations_maker ON invitations (maker, created_at, id);
CREATE INDEX invitations_reference ON invitations (reference, created_at, id)
  WHERE reference IS NOT NULL;
CREATE TABLE calls (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  invitation TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  kept_until INTEGER NOT NULL,
  slot INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_kept ON calls (kept_until);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = 1;
`,
  // `clock` has the latest time that anybody has seen, and `probe` what is written to find out whether
  // anything can be.
  `
CREATE TABLE clock (id INTEGER PRIMARY KEY, latest INTEGER NOT NULL) STRICT;
CREATE TABLE probe (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`,
  // What programs from before make has no tenant, so it is the top level's. Where there are no tenants,
  // these indexes are empty and cost nothing.
  `
ALTER TABLE invitations ADD COLUMN tenant TEXT;
CREATE INDEX invitations_tenant ON invitations (tenant, created_at, id)
  WHERE tenant IS NOT NULL;
CREATE INDEX invitations_tenant_maker ON invitations (tenant, maker, created_at, id)
  WHERE tenant IS NOT NULL;
CREATE INDEX invitations_tenant_reference
  ON invitations (tenant, reference, created_at, id)
  WHERE tenant IS NOT NULL AND reference IS NOT NULL;
`,
  // Programs from before send nothing.
  `
ALTER TABLE invitations ADD COLUMN sending_state TEXT;
ALTER TABLE invitations ADD COLUMN sending_at INTEGER;
`,
  // How many steps the file has had, and the version of mailprofile that took the last one.
  `
CREATE TABLE layout (id INTEGER PRIMARY KEY, steps INTEGER NOT NULL, program TEXT NOT NULL) STRICT;
`,
]
