/** Between which versions a matter was deleted and not yet brought back: readers replay the log past that. */
export const MATTER_GAPS = `
ALTER TABLE matters ADD COLUMN gaps TEXT;
`
