import type { PlanOptions } from '@gather/runs'

/** What a person allows after a refusal: `allow` is `empty` or `shrink`, as `--allow-empty` and `--allow-shrink`. */
export const readAllowance = (form: URLSearchParams): Pick<PlanOptions, 'allowEmpty' | 'allowShrink'> => ({
  allowEmpty: form.getAll('allow').includes('empty'),
  allowShrink: form.getAll('allow').includes('shrink'),
})

/** What can be allowed after a refusal of this code, as a form sends it. */
export function allowanceFor(code: string | null | undefined): 'empty' | 'shrink' | undefined {
  if (code === 'SOURCE_EMPTY') return 'empty'
  return code === 'SOURCE_SHRUNK' ? 'shrink' : undefined
}
