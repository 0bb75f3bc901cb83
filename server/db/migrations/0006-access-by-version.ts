/** Lets all that became visible or hidden since a version be found without a look at everybody's log. */
export const ACCESS_BY_VERSION = `
CREATE INDEX access_log_by_version ON access_log (board_id, version);
`
