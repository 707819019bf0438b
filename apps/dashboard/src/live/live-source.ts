import type { Html } from '../pages/html.ts'

/** What an open page shows at one moment, as it is sent to the script that keeps the page live. */
export interface LiveState {
  /** Parts of the page by id: elements with that `data-part`. */
  readonly parts: readonly LivePart[]
  /** Other texts by name, such as the cells of a map. */
  readonly texts: Readonly<Record<string, string>>
  /** What is worth telling a person who can't see it, such as the state of a run. */
  readonly news: string
  /** False where database or Redis is away, so that the page shows what was true before. */
  readonly isCurrent: boolean
  /** True where nothing will change any more: the stream ends. */
  readonly isOver: boolean
  /** Milliseconds until it is read again. */
  readonly pauseMs: number
}

export interface LivePart {
  readonly id: string
  readonly markup: Html
  /**
   * Tells whether the part has changed, where that is not its markup: a list is drawn anew when its rows are others, each row
   * being a part that comes after it.
   */
  readonly mark?: string
  /** The part that holds this one: where that is sent, this one came with it. */
  readonly within?: string
}

/** Something that pages can be live about; all streams of one key share its reading. */
export interface LiveSource {
  readonly key: string
  /** Never rejects for a service that is away: its state says so. */
  read(): Promise<LiveState>
}
