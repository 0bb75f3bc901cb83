import { z } from 'zod'
import { SCHEDULE_DAYS } from './assignments.ts'

/** `GET /api/boards/:id/assignments`: how far the schedule goes. */
export const assignmentsQuerySchema = z.object({
  days: z.coerce.number().pipe(z.literal(SCHEDULE_DAYS)).default(14),
})
