/** Text that is markup already. Only {@link html} makes it, so nothing from outside can pass for it. */
export class Html {
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  static join(strings: readonly string[], values: readonly HtmlValue[]): Html {
    return new Html(
      strings.map((part, index) => (index === 0 ? '' : render(values[index - 1])) + part).join(''),
    )
  }
}

/** What stands in a template: markup as it is, a list item by item, nothing for null, undefined and false, else escaped text. */
export type HtmlValue = Html | string | number | boolean | null | undefined | readonly HtmlValue[]

/**
 * A template of markup; every value in it is escaped for element content and quoted attributes.
 * Attribute values stand in double quotes, and a link from outside never stands in `href`.
 */
export const html = (strings: TemplateStringsArray, ...values: HtmlValue[]): Html =>
  Html.join(strings, values)

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false || value === true) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(render).join('')
  return escapeHtml(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? '')
