import { Database, type Session } from '@gather/ledger'

/** Changes the bytes of every file of LOAD DATA LOCAL on their way to the server. */
export class DamagingDatabase extends Database {
  readonly #damage: (file: Buffer) => Buffer

  constructor(url: string, damage: (file: Buffer) => Buffer) {
    super({ url, connectionsMax: 2 })
    this.#damage = damage
  }

  override withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return super.withSession((session) => work(this.#intercept(session)))
  }

  #intercept(session: Session): Session {
    return new Proxy(session, {
      get: (target, name) => {
        if (name === 'load')
          return (sql: string, file: Buffer) => target.load(sql, this.#damage(Buffer.from(file)))
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
}
