import { ref, shallowRef } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import type { FieldDraft, FieldState } from '#shared/kanban/field-draft.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { useFieldEditor } from '~/composables/useFieldEditor.ts'

const CONFLICT: SettledProblem = { code: 'CONFLICT', message: '', conflicts: [{ field: 'title', version: 5, value: 'Theirs', by: 'ben', at: 0 }] }

function setUp({ answer = null as SettledProblem | null } = {}) {
  const field = ref<FieldState<string>>({ value: 'Lease', version: 1, by: null })
  const draft = shallowRef<FieldDraft<string> | null>(null)
  const save = vi.fn(async (_draft: FieldDraft<string>) => answer)
  const editor = useFieldEditor<string>({
    current: () => field.value,
    draft,
    save,
  })
  return { field, draft, save, editor }
}

describe('editing a field', () => {
  it('saves what was typed with the version that was looked at', async () => {
    const { editor, save, draft } = setUp()
    editor.start()
    editor.value.value = 'Mine'
    await editor.save()
    expect(save).toHaveBeenCalledExactlyOnceWith({ value: 'Mine', seen: 'Lease', base: 1 })
    expect(editor.editing.value).toBe(false)
    expect(draft.value).toBeNull()
  })

  it('sends nothing when nothing changed', async () => {
    const { editor, save, draft } = setUp()
    editor.start()
    await editor.save()
    expect(save).not.toHaveBeenCalled()
    expect(draft.value).toBeNull()
    await editor.save()
    expect(save).not.toHaveBeenCalled()
  })

  it('keeps a draft on Escape, and goes on with it later', () => {
    const { editor } = setUp()
    editor.start()
    editor.value.value = 'Mine'
    editor.cancel()
    expect(editor.editing.value).toBe(false)
    expect(editor.hasDraft.value).toBe(true)
    editor.start()
    expect(editor.value.value).toBe('Mine')
    editor.discard()
    expect(editor.value.value).toBe('Lease')
    expect(editor.hasDraft.value).toBe(false)
  })

  it('leaves no draft on Escape when nothing was typed', () => {
    const { editor, draft } = setUp()
    editor.start()
    editor.cancel()
    expect(draft.value).toBeNull()
  })

  it('begins a draft when a value is set without opening an editor', () => {
    const { editor, draft } = setUp()
    editor.value.value = 'Mine'
    expect(draft.value).toEqual({ value: 'Mine', seen: 'Lease', base: 1 })
  })

  it('[C8] keeps the typed text when a colleague changes the field, and waits for a choice', async () => {
    const { editor, field, save } = setUp()
    editor.start()
    editor.value.value = 'Mine'
    field.value = { value: 'Theirs', version: 2, by: 'ben' }
    expect(editor.value.value).toBe('Mine')
    expect(editor.theirs.value).toEqual({ value: 'Theirs', version: 2, by: 'ben' })
    await editor.save()
    expect(save).not.toHaveBeenCalled()
    editor.keepMine()
    expect(editor.theirs.value).toBeNull()
    await editor.save()
    expect(save).toHaveBeenCalledExactlyOnceWith({ value: 'Mine', seen: 'Theirs', base: 2 })
  })

  it('takes theirs and forgets what was typed', () => {
    const { editor, field } = setUp()
    editor.start()
    editor.value.value = 'Mine'
    field.value = { value: 'Theirs', version: 2, by: 'ben' }
    editor.useTheirs()
    expect(editor.value.value).toBe('Theirs')
    expect(editor.editing.value).toBe(false)
  })

  it('follows the field while its editor is open and untouched', () => {
    const { editor, field } = setUp()
    editor.start()
    field.value = { value: 'Theirs', version: 2, by: 'ben' }
    expect(editor.value.value).toBe('Theirs')
    expect(editor.theirs.value).toBeNull()
  })

  it('opens again with the text and the reason when a save was refused', async () => {
    const { editor } = setUp({ answer: { code: 'NETWORK' } })
    editor.start()
    editor.value.value = 'Mine'
    await editor.save()
    expect(editor.editing.value).toBe(true)
    expect(editor.value.value).toBe('Mine')
    expect(editor.problem.value).toEqual({ code: 'NETWORK' })
    editor.cancel()
    expect(editor.problem.value).toBeNull()
    expect(editor.hasDraft.value).toBe(true)
  })

  it('[X3] hands its text over to the conflict that a save made, and closes', async () => {
    const { editor, draft } = setUp({ answer: CONFLICT })
    editor.start()
    editor.value.value = 'Mine'
    await editor.save()
    expect(editor.editing.value).toBe(false)
    expect(editor.problem.value).toBeNull()
    expect(draft.value).toBeNull()
    expect(editor.value.value).toBe('Lease')
  })

  it('[X3] keeps what was typed on after the save that made a conflict', async () => {
    const { editor, save, draft } = setUp()
    let settle = (_: SettledProblem | null) => {}
    save.mockReturnValueOnce(new Promise(resolve => settle = resolve))
    editor.value.value = 'Mine'
    const saving = editor.save()
    editor.value.value = 'Mine, longer'
    settle(CONFLICT)
    await saving
    expect(draft.value?.value).toBe('Mine, longer')
  })

  it('takes its own value coming back for no news, and sends nothing twice', async () => {
    const { editor, field, save, draft } = setUp()
    let settle = (_: SettledProblem | null) => {}
    save.mockReturnValueOnce(new Promise(resolve => settle = resolve))
    editor.value.value = 'Mine'
    const saving = editor.save()
    expect(editor.saving.value).toBe(true)
    field.value = { value: 'Mine', version: 2, by: 'me' }
    expect(editor.theirs.value).toBeNull()
    await editor.save()
    expect(save).toHaveBeenCalledTimes(1)
    settle(null)
    await saving
    expect(draft.value).toBeNull()
  })

  it('keeps what was typed on while the save was on its way', async () => {
    const { editor, save, draft } = setUp()
    let settle = (_: SettledProblem | null) => {}
    save.mockReturnValueOnce(new Promise(resolve => settle = resolve))
    editor.value.value = 'Mine'
    const saving = editor.save()
    editor.value.value = 'Mine, longer'
    settle(null)
    await saving
    expect(draft.value?.value).toBe('Mine, longer')
  })

  it('saves again while the first save is still on its way, as it is without a network', async () => {
    const { editor, save, field, draft } = setUp()
    save.mockReturnValueOnce(new Promise(() => {}))
    editor.start()
    editor.value.value = 'Mine'
    void editor.save()
    field.value = { value: 'Mine', version: 1, by: null }
    editor.start()
    editor.value.value = 'Mine, better'
    await editor.save()
    expect(save).toHaveBeenLastCalledWith({ value: 'Mine, better', seen: 'Lease', base: 1 })
    expect(draft.value).toBeNull()
  })

  it('keeps mine without a draft to keep', () => {
    const { editor, draft } = setUp()
    editor.keepMine()
    expect(draft.value).toBeNull()
  })
})
