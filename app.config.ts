export default defineAppConfig({
  ui: {
    colors: { primary: 'aster', secondary: 'teal', success: 'emerald', info: 'sky', warning: 'amber', error: 'red', neutral: 'ink' },
    // A dense tool: controls are as high as two lines of small text, and the pointer says what can be pressed.
    button: {
      defaultVariants: { size: 'sm' },
      slots: { base: 'cursor-pointer' },
      // At its stock 75 % a button under the pointer is too pale for its white label.
      compoundVariants: [{ color: 'primary', variant: 'solid', class: 'hover:bg-primary/90 active:bg-primary/90' }],
    },
    modal: { slots: { overlay: 'bg-neutral-950/40', title: 'text-base' } },
    slideover: { slots: { overlay: 'bg-neutral-950/40' } },
  },
})
