export const SCHEMA_VERSION = 1
// "MPRO": tells our files from those of other programs.
export const APPLICATION_ID = 0x4d50524f

// What is sealed lies in slots of its own: see slots.ts. `due_at` is when the sweep has to look
// at a row next: at its end to erase what is sealed, and 7 days later to delete it.
export const SCHEMA = `
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
PRAGMA user_version = ${SCHEMA_VERSION};
`

// Versions that do not know this column name all others, in whatever they read and write: what they make
// has none, so it is the top level's. Nothing may be added otherwise while the version stays the same.
export const ADDED_COLUMNS = [
  { table: 'invitations', name: 'tenant', type: 'TEXT' },
  // Older versions send nothing.
  { table: 'invitations', name: 'sending_state', type: 'TEXT' },
  { table: 'invitations', name: 'sending_at', type: 'INTEGER' },
] as const

// Whatever the version: those that do not know these tables leave them alone. `clock` has the latest time
// that anybody has seen, and `probe` what is written to find out whether anything can be. Where there are
// no tenants, their indexes are empty and cost nothing.
export const ADDED = `
CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY, latest INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS invitations_tenant ON invitations (tenant, created_at, id)
  WHERE tenant IS NOT NULL;
CREATE INDEX IF NOT EXISTS invitations_tenant_maker ON invitations (tenant, maker, created_at, id)
  WHERE tenant IS NOT NULL;
CREATE INDEX IF NOT EXISTS invitations_tenant_reference
  ON invitations (tenant, reference, created_at, id)
  WHERE tenant IS NOT NULL AND reference IS NOT NULL;
`
