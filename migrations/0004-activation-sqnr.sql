-- What the quantizer of a layer's output loses by itself, in dB; not known of runs before this.
ALTER TABLE layer_reports ADD COLUMN activation_sqnr_db REAL;
