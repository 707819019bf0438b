import { Database, type Session } from '@gather/ledger'
import { Fault } from '@gather/platform'

/** A database that refuses LOAD DATA LOCAL, as a server with `local_infile` off does: the store goes on by INSERT. */
export class InsertOnlyDatabase extends Database {
  override withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return super.withSession((session) => work(refuseFiles(session)))
  }
}

function refuseFiles(session: Session): Session {
  return new Proxy(session, {
    get(target, name) {
      if (name === 'load') return refuse
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function refuse(): Promise<never> {
  const message = 'database: Loading local data is disabled; this must be enabled on both sides'
  throw new Fault({ code: 'DATABASE_ERROR', kind: 'terminal', message })
}

/** @throws Error unless the server takes LOAD DATA LOCAL: a sweep over files would otherwise try INSERT alone. */
export async function requireLocalFiles(database: Database): Promise<void> {
  const [row] = await database.rows<{ allowed: number }>('SELECT @@GLOBAL.local_infile AS allowed')
  if (row?.allowed !== 1) throw new Error('the server forbids LOAD DATA LOCAL: SET GLOBAL local_infile = 1')
}
