"""What happens to a record: fetch, map, upsert, on error; one file per step."""
