import { describe, expect, it } from 'vitest'
import { safeRedirect } from '#shared/config/redirect.ts'

describe('safeRedirect', () => {
  it.each(['/boards/7/matters/9?q=lease#x', '/', '/import'])('comes back to %s', (path) => {
    expect(safeRedirect(path)).toBe(path)
  })

  it.each([
    'https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', 'boards', '', undefined, ['/a'], '/login', '/login?redirect=/login', '/api/auth/logout', 'http://[',
    '//[', '/..//evil.example', '/.//evil.example', '/boards/..//evil.example', '/%2e%2e//evil.example', '/login/', '/LOGIN', '/API/auth/me', '//',
  ])('goes home instead of to %j', (target) => {
    expect(safeRedirect(target)).toBe('/')
  })
})
