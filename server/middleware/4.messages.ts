import { defineEventHandler, getRequestURL } from 'h3'
import { answerProblem } from '#server/utils/answer-problem.ts'

/** Refuses messages of what can't be a locale: the route behind would take `__proto__` for one and fail. */
export default defineEventHandler((event) => {
  const [, locale] = /^\/_i18n\/[^/]*\/([^/]*)/.exec(getRequestURL(event).pathname) ?? []
  if (locale !== undefined && !/^[a-z]{2}$/.test(locale))
    return answerProblem(event, 'NOT_FOUND', 'there are no messages in this language')
})
