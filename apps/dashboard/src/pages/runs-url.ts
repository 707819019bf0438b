/** The list of runs, of one topic where one is given; `refresh=off` makes it stand still. */
export function runsUrl(topic: string | undefined, isStill = false): string {
  const query = new URLSearchParams()
  if (topic !== undefined) query.set('topic', topic)
  if (isStill) query.set('refresh', 'off')
  return query.size === 0 ? '/' : `/?${query.toString()}`
}
