import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createPassword } from './create-password.js'
import { sendsGreeting } from './database-greeting.js'
import { prepareDataFolder } from './database-template.js'
import { findServers } from './find-servers.js'
import { startPrivateServer } from './private-server.js'
import { localStackDir } from './root-dir.js'
import { SetupProblem } from './setup-problem.js'

/** The database's name is fixed by the project; `planner migrate` makes it. */
const DATABASE_NAME = 'rover'
const ADMIN_USER = 'stackadmin'
const APP_USER = 'importuser'

/** @typedef {import('./find-servers.js').DatabaseServer} DatabaseServer */

/** @typedef {{admin: string, app: string, root: string}} Passwords each of letters, digits, `-` and `_` */

/**
 * @typedef {object} DatabaseOptions
 * @property {string} dataDir its data go to a folder of the server's name in it
 * @property {number} [port] default: a free one
 * @property {DatabaseServer | undefined} [server] default: the one found on this machine
 * @property {Passwords} [passwords] default: new ones, so that an old URL opens nothing
 * @property {readonly string[]} [args] more arguments of the server, which win over ours
 * @property {string} [templateDir] where empty data folders are kept for copying; default: in the checkout
 */

/**
 * Starts a private MariaDB or MySQL. It ends with this process, however that ends.
 * @param {DatabaseOptions} options
 * @returns {Promise<import('./private-server.js').PrivateServer & {url: string, adminUrl: string}>}
 *   `url`: the app's user, with its rights on `rover` only; `adminUrl`: a user who may do everything. Both end in
 *   `/rover`, which does not exist before `planner migrate`
 * @throws {SetupProblem} no server program, or it does not start
 */
export async function startDatabase(options) {
  const { dataDir, port, server, templateDir, args = [] } = options
  const program = server ?? (await findServers()).database
  if (program === undefined) throw new SetupProblem('MariaDB or MySQL (mariadbd or mysqld) is not installed.')
  const series = program.version.split('.').slice(0, 2).join('.')
  const folder = join(dataDir, `${program.flavour}-${series}`)
  await prepareDataFolder({
    server: program,
    folder,
    templateDir: templateDir ?? join(localStackDir(), 'template'),
  })
  const passwords = options.passwords ?? createPasswords()
  const running = await startPrivateServer({
    name: program.flavour,
    dataDir,
    port,
    prepare(place) {
      const initFile = join(place.runDir, 'accounts.sql')
      writeFileSync(initFile, accountsSql(program.flavour, passwords), { mode: 0o600 })
      const ours = serverArgs({ server: program, folder, initFile, ...place })
      return { command: program.path, args: [...ours, ...args] }
    },
    // The socket stands in a folder of ours: who greets there is our server and no stranger on the same port.
    isReady: async (place) =>
      (await sendsGreeting({ path: join(place.runDir, 'db.sock') })) &&
      (await sendsGreeting({ port: place.port, host: '127.0.0.1' })),
  })
  const address = `127.0.0.1:${running.port}/${DATABASE_NAME}`
  return {
    ...running,
    url: `mysql://${APP_USER}:${passwords.app}@${address}`,
    adminUrl: `mysql://${ADMIN_USER}:${passwords.admin}@${address}`,
  }
}

/** @returns {Passwords} */
function createPasswords() {
  return { admin: createPassword(), app: createPassword(), root: createPassword() }
}

/**
 * @param {{server: DatabaseServer, folder: string, initFile: string, port: number, runDir: string}} options
 * @returns {string[]}
 */
export function serverArgs({ server, folder, initFile, port, runDir }) {
  return [
    '--no-defaults',
    `--datadir=${folder}`,
    `--socket=${join(runDir, 'db.sock')}`,
    // A server that starts deletes the temporary tables it finds, other servers' too.
    `--tmpdir=${runDir}`,
    `--pid-file=${join(runDir, 'db.pid')}`,
    `--init-file=${initFile}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--local-infile=1',
    '--skip-log-bin',
    '--max-connections=200',
    '--character-set-server=utf8mb4',
    '--innodb-buffer-pool-size=256M',
    // MySQL's second protocol would listen on its fixed port on all addresses.
    ...(server.flavour === 'mysql' ? ['--mysqlx=OFF'] : []),
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]
}

/**
 * Run by the server itself before it lets anyone in; a statement a line, as `--init-file` wants it.
 * The app's user gets what `sql/users` grants, on a schema that need not exist yet.
 * @param {'mariadb' | 'mysql'} flavour
 * @param {Passwords} passwords
 */
export function accountsSql(flavour, passwords) {
  const app = ["'%'", "'localhost'"].map((host) => `'${APP_USER}'@${host}`)
  const admin = `'${ADMIN_USER}'@'%'`
  const rights = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, EXECUTE'
  const anonymous = ["''@'localhost'", `''@'${hostname()}'`]
  return [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${passwords.root}'`,
    ...(flavour === 'mariadb' ? anonymous.map((user) => `DROP USER IF EXISTS ${user}`) : []),
    `CREATE USER IF NOT EXISTS ${admin}`,
    `ALTER USER ${admin} IDENTIFIED BY '${passwords.admin}'`,
    `GRANT ALL PRIVILEGES ON *.* TO ${admin} WITH GRANT OPTION`,
    ...app.flatMap((user) => [
      `CREATE USER IF NOT EXISTS ${user}`,
      `ALTER USER ${user} IDENTIFIED BY '${passwords.app}' ACCOUNT UNLOCK`,
      `GRANT ${rights} ON ${DATABASE_NAME}.* TO ${user}`,
    ]),
    '',
  ].join(';\n')
}
