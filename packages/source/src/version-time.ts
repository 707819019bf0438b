const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/** The time of the value of a source version, milliseconds since 1970; undefined where it tells none. */
export function versionTimeMs(value: string): number | undefined {
  const time = value.split('#', 1)[0] ?? ''
  return TIME.test(time) ? Date.parse(time) : undefined
}
