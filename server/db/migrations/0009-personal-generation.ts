/** Another one after a backup was restored: counters of members count on from an older state (rule N1). */
export const PERSONAL_GENERATION = `
ALTER TABLE firm ADD COLUMN personal_generation TEXT;
`
