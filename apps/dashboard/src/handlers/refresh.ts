/** A page that shows something in motion asks again after this time. */
export const REFRESH_SECONDS = 3
