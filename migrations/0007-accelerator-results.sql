-- How each layer lay on an accelerator, and what its converters did to its sums.
CREATE TABLE accelerator_results (
  run_id TEXT NOT NULL,
  layer_index INTEGER NOT NULL,
  tiles INTEGER NOT NULL,
  passes INTEGER NOT NULL,
  utilization REAL NOT NULL,
  full_scale REAL NOT NULL,
  adc_low REAL,
  adc_high REAL,
  clipped_share REAL NOT NULL,
  overflows INTEGER NOT NULL,
  output_sqnr_db REAL,
  PRIMARY KEY (run_id, layer_index),
  FOREIGN KEY (run_id, layer_index) REFERENCES layer_results (run_id, layer_index) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
