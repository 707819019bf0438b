/** What the parent tells a process of the bare load, in this order: how, then which pages. */
export type BareOrder =
  | { readonly kind: 'setUp'; readonly setUp: BareSetUp }
  | { readonly kind: 'page'; readonly offset: number; readonly limit: number }

export interface BareSetUp {
  /** Of the portal that serves the pages. */
  readonly portalUrl: string
  /** `mysql://` URL with the schema of {@link table}. */
  readonly databaseUrl: string
  readonly table: string
  /** Pages at a time. */
  readonly slotCount: number
}

/** What a process of the bare load answers: ready for pages, one page loaded, or why it can't go on. */
export type BareAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'failed'; readonly reason: string }
