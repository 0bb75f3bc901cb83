export default defineAppConfig({
  ui: {
    colors: { primary: 'aster', secondary: 'teal', success: 'emerald', info: 'sky', warning: 'amber', error: 'red', neutral: 'ink' },
    // A dense tool: controls are as high as two lines of small text, and the pointer says what can be pressed.
    button: {
      defaultVariants: { size: 'sm' },
      slots: { base: 'cursor-pointer pointer-coarse:min-h-10 pointer-coarse:min-w-10' },
      variants: { square: { true: 'justify-center' } },
      // At its stock 75 % a button under the pointer is too pale for its white label.
      compoundVariants: [{ color: 'primary', variant: 'solid', class: 'hover:bg-primary/90 active:bg-primary/90' }],
    },
    // At its stock 90 % the coloured words of an alert are too pale for the ground they stand on.
    alert: { slots: { title: 'text-pretty', description: 'opacity-100 text-pretty' } },
    // A finger needs 40 px where a pointer does with 24.
    input: { slots: { base: 'pointer-coarse:min-h-10' } },
    select: { slots: { base: 'pointer-coarse:min-h-10', item: 'pointer-coarse:min-h-10 pointer-coarse:items-center' } },
    selectMenu: { slots: { base: 'pointer-coarse:min-h-10', item: 'pointer-coarse:min-h-10 pointer-coarse:items-center' } },
    dropdownMenu: { slots: { item: 'pointer-coarse:min-h-10 pointer-coarse:items-center' } },
    checkbox: { slots: { label: 'text-pretty', description: 'text-pretty', base: 'relative after:absolute after:-inset-1 pointer-coarse:after:-inset-3' } },
    // Their words can be pressed as well: a margin takes back what the padding adds, so that nothing moves.
    switch: { slots: { label: 'pointer-coarse:-my-2 pointer-coarse:py-2', description: 'text-pretty' } },
    radioGroup: { slots: { label: 'pointer-coarse:-my-2 pointer-coarse:py-2', description: 'text-pretty' } },
    formField: { slots: { description: 'text-pretty', help: 'text-pretty', error: 'text-pretty' } },
    // The cross of a notice is as large as a pointer needs, and stands where it stood.
    toast: { slots: { title: 'text-pretty', description: 'text-pretty', close: '-m-1 p-1' } },
    modal: {
      slots: { title: 'text-base text-balance', description: 'text-pretty', footer: 'gap-2', close: 'pointer-coarse:end-2 pointer-coarse:top-2' },
      // Its stock veil is the page's own grey, in which the page fades instead of lying behind.
      variants: { overlay: { true: { overlay: 'bg-neutral-950/40' } } },
    },
    slideover: { slots: { overlay: 'bg-neutral-950/40', close: 'pointer-coarse:end-2 pointer-coarse:top-2' } },
  },
})
