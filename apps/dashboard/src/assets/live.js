/** Keeps a page live: takes the server's events and puts changed parts of the page in the place of the old ones. */

/**
 * @typedef {object} Update
 * @property {[id: string, markup: string][]} parts
 * @property {Record<string, string>} texts
 * @property {string} news
 * @property {boolean} isCurrent
 * @property {boolean} isOver
 */

/** A refused stream is asked for again after this time, for which a browser itself would not. */
const REFUSED_RETRY_MS = 5_000
const FOCUSABLE = 'a[href], button, input, select, summary, [tabindex]'

/** Parts that were not replaced because text in them is selected, in the order in which they came. */
const heldParts = new Map()

const box = document.querySelector('[data-events]')
if (box instanceof HTMLElement) keepLive(box)

/** @param {HTMLElement} box */
function keepLive(box) {
  const pause = box.querySelector('[data-live-pause]')
  const url = box.dataset.events ?? ''
  let isOver = box.dataset.over !== undefined
  let isPaused = false
  /** @type {EventSource | undefined} */
  let stream
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry

  const close = () => {
    clearTimeout(retry)
    stream?.close()
    stream = undefined
  }
  const open = () => {
    close()
    if (isOver || isPaused || document.hidden) return
    const opened = new EventSource(url)
    stream = opened
    opened.addEventListener('update', ({ data }) => {
      /** @type {Update} */
      const update = JSON.parse(data)
      apply(update)
      isOver = update.isOver
      show(box, isOver ? 'ended' : update.isCurrent ? 'live' : 'waiting for the services', update.news)
      if (isOver) finish()
    })
    opened.addEventListener('error', () => {
      show(box, 'reconnecting')
      if (opened.readyState === EventSource.CLOSED && stream === opened)
        retry = setTimeout(open, REFUSED_RETRY_MS)
    })
  }
  const finish = () => {
    close()
    if (pause instanceof HTMLElement) pause.hidden = true
  }

  pause?.addEventListener('click', () => {
    isPaused = !isPaused
    pause.textContent = isPaused ? 'Go on' : 'Pause'
    show(box, isPaused ? 'paused' : 'connecting')
    open()
  })
  // A page that nobody sees needs no stream; a browser has few connections to one server.
  document.addEventListener('visibilitychange', open)
  document.addEventListener('selectionchange', replaceHeldParts)
  window.addEventListener('pagehide', close)
  window.addEventListener('pageshow', ({ persisted }) => persisted && open())
  box.hidden = false
  show(box, isOver ? 'ended' : 'connecting')
  if (isOver) finish()
  else open()
}

/**
 * Shows the state of the stream. News is what a screen reader says: changes of state, not the first one.
 * @param {HTMLElement} box
 * @param {string} sign
 * @param {string} [news]
 */
function show(box, sign, news) {
  const signElement = box.querySelector('[data-live-sign]')
  const newsElement = box.querySelector('[data-live-news]')
  if (signElement === null || newsElement === null) return
  const before = box.dataset.sign
  const said = sign === 'live' || sign === 'ended' ? (news ?? '') : `The page is ${sign}`
  if (before !== sign) {
    box.dataset.sign = sign
    signElement.textContent = sign
  }
  if (said === '' || box.dataset.said === said) return
  const isFirst = box.dataset.said === undefined
  box.dataset.said = said
  if (!isFirst && said !== 'The page is connecting') newsElement.textContent = said
}

/** @param {Update} update */
function apply({ parts, texts }) {
  for (const [id, markup] of parts) {
    const isHeld = mustWait(id)
    heldParts.delete(id)
    if (isHeld) heldParts.set(id, markup)
    else replacePart(id, markup)
  }
  document.dispatchEvent(new CustomEvent('live:texts', { detail: texts }))
}

/**
 * Whether text is selected in a part, or it is inside of one that waits for that, or comes with it.
 * @param {string} id
 */
function mustWait(id) {
  const part = partOf(id)
  if (hasSelection(part)) return true
  const others = [...heldParts.keys()].filter((held) => held !== id)
  return part === null ? others.length > 0 : others.some((held) => partOf(held)?.contains(part))
}

/** @param {string} id */
const partOf = (id) => document.querySelector(`[data-part="${CSS.escape(id)}"]`)

/**
 * @param {string} id
 * @param {string} markup - made by the server, which escapes all that comes from outside
 */
function replacePart(id, markup) {
  const old = partOf(id)
  const fresh = parsePart(markup)
  if (old === null || fresh === null) return
  const mark = fresh.getAttribute('data-mark')
  // The first event holds all of the page, most of which is there already.
  if (old.isEqualNode(fresh) || (mark !== null && mark === old.getAttribute('data-mark'))) return
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const scrolls = [...old.querySelectorAll('.scroll')].map(({ scrollLeft, scrollTop }) => [
    scrollLeft,
    scrollTop,
  ])
  for (const details of old.querySelectorAll('details[open]'))
    fresh.querySelector(`details[data-key="${details.getAttribute('data-key')}"]`)?.setAttribute('open', '')
  const counterpart = focused && findCounterpart(old, fresh, focused)
  old.replaceWith(fresh)
  for (const [index, region] of fresh.querySelectorAll('.scroll').entries())
    region.scrollTo({ left: scrolls[index]?.[0] ?? 0, top: scrolls[index]?.[1] ?? 0, behavior: 'instant' })
  if (counterpart instanceof HTMLElement) counterpart.focus({ preventScroll: true })
}

/**
 * A part as an element in which nothing has run; a part of a table is one only inside a table.
 * @param {string} markup
 */
function parsePart(markup) {
  const whole = markup.trimStart().startsWith('<tbody') ? `<table>${markup}</table>` : markup
  return new DOMParser().parseFromString(whole, 'text/html').querySelector('[data-part]')
}

/**
 * The element of the new part that takes the focus of the old one: the same link where it is still there, else what stands in
 * its place.
 * @param {Element} old
 * @param {Element} fresh
 * @param {Element} focused
 */
function findCounterpart(old, fresh, focused) {
  const candidates = [...fresh.querySelectorAll(FOCUSABLE)]
  const index = [...old.querySelectorAll(FOCUSABLE)].indexOf(focused)
  const href = focused.getAttribute('href')
  return (
    candidates.find((candidate) => href !== null && candidate.getAttribute('href') === href) ??
    candidates[index]
  )
}

/** @param {Element | null} part */
function hasSelection(part) {
  const selection = document.getSelection()
  return part !== null && selection !== null && !selection.isCollapsed && selection.containsNode(part, true)
}

function replaceHeldParts() {
  if ([...heldParts.keys()].some((id) => hasSelection(partOf(id)))) return
  for (const [id, markup] of heldParts) replacePart(id, markup)
  heldParts.clear()
}
