-- What was exported, so that it can be made again or be found stale: the same record as beside the file.
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL CHECK (json_valid(record)),
  made_at TEXT NOT NULL
) STRICT;
