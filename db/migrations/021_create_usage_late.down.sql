-- Late usage whose raw rows have been dropped is not known any more after this; the ledger keeps its totals.
DROP FUNCTION late_usage(uuid, timestamptz, timestamptz, timestamptz);
DROP TABLE usage_late;
