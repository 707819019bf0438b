import { namedFaults } from './fault-table.ts'
import { WHEN_SUMMARIES } from './fault-when.ts'

/** The faults for `--help`: a line each and its example, then the options that say when. */
export function describeFaults(): string {
  const faults = namedFaults.map(({ name, summary, example }) => `  ${name}: ${summary}; e.g. '${example}'`)
  const when = Object.entries(WHEN_SUMMARIES).map(([name, summary]) => `  ${name}=: ${summary}`)
  return [
    'Faults (--fault NAME OPTION=VALUE ..., may be given several times; all that meet a request strike it):',
    ...faults,
    '',
    'When (for every fault; without any it meets each request):',
    ...when,
    '',
    'Switching while it runs, from this machine only (no part of Socrata):',
    '  curl http://127.0.0.1:8080/-/faults                                         lists what is on, and how often it struck',
    "  curl http://127.0.0.1:8080/-/faults -d 'throttle every=5 retry-after=2'     switches on, one fault per line",
    '  curl http://127.0.0.1:8080/-/faults -X DELETE                               switches all off',
  ].join('\n')
}
