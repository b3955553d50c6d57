-- By whom a request with a key of its own was sent, and the digest of its fields: the same key from somebody else, or with
-- other fields, is another request. Null: sent before this was noted.
alter table platspuls.request add column actor text, add column fields_sha256 bytea;
