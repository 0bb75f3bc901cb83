/** Who was told of a matter is found when it goes out of sight, and when it comes back. */
export const NOTIFICATIONS_BY_MATTER = `
CREATE INDEX notifications_by_matter ON notifications (matter_id, member_id);
`
