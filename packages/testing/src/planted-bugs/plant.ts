import { PLANTED_BUGS, type PlantedEdit } from './planted-bugs.ts'

/** The environment variable that names the bug to plant into this process and those it starts. */
export const BUG_VARIABLE = 'TEST_PLANTED_BUG'

/**
 * The edits of a bug, by the file's path from the root of the repository.
 * @throws Error for a bug that does not exist
 */
export function editsOf(name: string): readonly PlantedEdit[] {
  const bug = PLANTED_BUGS.find((known) => known.name === name)
  if (bug === undefined) throw new Error(`no such planted bug: ${name}`)
  return bug.edits
}

/**
 * The source of a module with the edits of a bug; unchanged where the bug lies elsewhere.
 * @param address - path or URL of the module
 * @throws Error when the text to replace is not there exactly once
 */
export function plant(edits: readonly PlantedEdit[], address: string, source: string): string {
  const own = edits.filter((edit) => address.replace(/[?#].*$/, '').endsWith(`/${edit.file}`))
  return own.reduce(applyEdit, source)
}

function applyEdit(source: string, { file, find, replace }: PlantedEdit): string {
  const parts = source.split(find)
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${find}`)
  return parts.join(replace)
}
