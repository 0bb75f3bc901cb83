/** Which way news take: what the administrator chose for the firm, and members for themselves. */
export const TRANSPORTS = `
ALTER TABLE firm ADD COLUMN transport_mode TEXT;
ALTER TABLE firm ADD COLUMN transport_share {int} NOT NULL DEFAULT 100;
ALTER TABLE members ADD COLUMN transport TEXT;
`
