import { type Html, html } from './html.ts'

/**
 * A part of a page that the live script replaces by itself, whole. Its id is unique in the page.
 * @param mark - where it is given, the part is replaced only by one of another mark: a form that is being filled in stays
 */
export const livePart = (id: string, body: Html | false | undefined, mark?: string): Html =>
  html`<div data-part="${id}"${mark !== undefined && html` data-mark="${mark}"`}>${body}</div>`

/**
 * Tells whether the page is live. Without its script it says nothing, so it is hidden until that starts; screen readers hear
 * changes of state, never figures.
 * @param isOver - where nothing will change any more
 */
export function liveSign(eventsUrl: string, isOver = false): Html {
  return html`<div class="live" data-events="${eventsUrl}"${isOver && html` data-over`} hidden>
<span class="live-sign" data-live-sign>connecting</span>
<button type="button" data-live-pause>Pause</button>
<span class="unseen" role="status" data-live-news></span>
</div>`
}
