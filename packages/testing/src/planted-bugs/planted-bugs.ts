import { MIRROR_BUGS } from './mirror-bugs.ts'
import { PAGE_BUGS } from './page-bugs.ts'
import { RUN_BUGS } from './run-bugs.ts'

/** A text of the product's source and what stands there instead while the bug is planted. */
export interface PlantedEdit {
  /** Path from the root of the repository. */
  readonly file: string
  /** Must be there exactly once. */
  readonly find: string
  readonly replace: string
}

/** One safety of the product, taken out; the suite must fail then. */
export interface PlantedBug {
  readonly name: string
  /** What is missing while the bug is planted. */
  readonly safety: string
  readonly edits: readonly PlantedEdit[]
  /** The test that must fail: its file in `packages`, and a part of its name. */
  readonly caughtBy: { readonly file: string; readonly test: string }
}

export const PLANTED_BUGS: readonly PlantedBug[] = [...PAGE_BUGS, ...RUN_BUGS, ...MIRROR_BUGS]
