import type { Queryable, RunRecord } from '@gather/ledger'

/** One change of a page's row in the ledger, as a trigger of the database saw it. */
export interface PageChange {
  readonly pageNo: number
  readonly generation: number
  readonly oldState: string
  readonly newState: string
  readonly oldFence: number
  readonly newFence: number
}

/** One change of a run's state. */
export interface RunChange {
  readonly oldState: string
  readonly newState: string
  readonly oldGeneration: number
  readonly newGeneration: number
}

/** Has the database itself write down every change of the ledger from now on; the product does not know of it. */
export async function recordHistory(database: Queryable): Promise<void> {
  await database.write(
    `CREATE TABLE test_page_history (
       n BIGINT AUTO_INCREMENT PRIMARY KEY, run_id VARCHAR(20), generation INT, page_no INT,
       old_state VARCHAR(8), new_state VARCHAR(8), old_fence INT, new_fence INT, KEY (run_id))`,
  )
  await database.write(
    `CREATE TABLE test_run_history (
       n BIGINT AUTO_INCREMENT PRIMARY KEY, run_id VARCHAR(20),
       old_state VARCHAR(12), new_state VARCHAR(12), old_generation INT, new_generation INT, KEY (run_id))`,
  )
  await database.write(
    `CREATE TRIGGER test_page_changes AFTER UPDATE ON import_page FOR EACH ROW
     INSERT INTO test_page_history (run_id, generation, page_no, old_state, new_state, old_fence, new_fence)
     VALUES (OLD.run_id, OLD.generation, OLD.page_no, OLD.state, NEW.state, OLD.fence, NEW.fence)`,
  )
  await database.write(
    `CREATE TRIGGER test_run_changes AFTER UPDATE ON import_run FOR EACH ROW
     INSERT INTO test_run_history (run_id, old_state, new_state, old_generation, new_generation)
     VALUES (OLD.run_id, OLD.state, NEW.state, OLD.generation, NEW.generation)`,
  )
}

/** The changes of a run's pages, oldest first. */
export function readPageHistory(database: Queryable, runId: string): Promise<PageChange[]> {
  return database.rows<PageChange>(
    `SELECT page_no AS pageNo, generation, old_state AS oldState, new_state AS newState, old_fence AS oldFence,
            new_fence AS newFence
     FROM test_page_history WHERE run_id = ? ORDER BY n`,
    [runId],
  )
}

/** The changes of a run, oldest first. */
export function readRunHistory(database: Queryable, runId: string): Promise<RunChange[]> {
  return database.rows<RunChange>(
    `SELECT old_state AS oldState, new_state AS newState, old_generation AS oldGeneration, new_generation AS newGeneration
     FROM test_run_history WHERE run_id = ? ORDER BY n`,
    [runId],
  )
}

const OPEN_MOVES = ['planned>loading', 'loading>settling', 'settling>settling', 'settling>publishing']
const REPLANS = ['loading>planned', 'settling>planned']
const ENDS = ['succeeded', 'failed', 'cancelled']

/** What the history of a run's pages shows that must never happen; pure. */
export function findPageOffences(changes: readonly PageChange[]): string[] {
  return changes.flatMap(({ pageNo, generation, oldState, newState, oldFence, newFence }) => {
    const page = `page ${pageNo} of generation ${generation}`
    const move = `${oldState}>${newState}`
    return [
      ...(newFence < oldFence ? [`the fence of ${page} fell from ${oldFence} to ${newFence}`] : []),
      ...(oldState === 'done' ? [`${page} was changed after it was done (${move})`] : []),
      ...(move === 'open>claimed' && newFence !== oldFence + 1
        ? [`${page} was claimed without a new fence`]
        : []),
      ...(newState === 'done' && (oldState !== 'claimed' || newFence !== oldFence)
        ? [`${page} was done by one who had not claimed it (${move}, fence ${oldFence} to ${newFence})`]
        : []),
    ]
  })
}

/** A run that has nothing to do is over when it is written: a mirror run without a page, in its first generation. */
const hadNothingToDo = ({ strategy, pageCount, generation }: RunFacts): boolean =>
  strategy === 'mirror' && pageCount === 0 && generation === 1

type RunFacts = Pick<RunRecord, 'strategy' | 'pageCount' | 'generation'>

/** What the history of a run, which has ended as `run`, shows that must never happen; pure. */
export function findRunOffences(changes: readonly RunChange[], run: RunFacts): string[] {
  return changes.flatMap(({ oldState, newState, oldGeneration, newGeneration }) => {
    if (oldState === newState && oldGeneration === newGeneration) return []
    const move = `${oldState}>${newState}`
    if (ENDS.includes(oldState)) return [`the run was changed after its end (${move})`]
    if (newGeneration !== oldGeneration) {
      const isNext = newGeneration === oldGeneration + 1 && REPLANS.includes(move)
      return isNext ? [] : [`generation ${oldGeneration} became ${newGeneration} (${move})`]
    }
    if (newState === 'succeeded') {
      const isProven = oldState === 'publishing' || (move === 'planned>succeeded' && hadNothingToDo(run))
      return isProven ? [] : [`the run succeeded unproven (${move})`]
    }
    return ENDS.includes(newState) || OPEN_MOVES.includes(move) ? [] : [`the run moved ${move}`]
  })
}
