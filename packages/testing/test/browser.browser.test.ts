import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  expectKeyboardReachesAll,
  expectNoOverflow,
  expectNoSeriousAxeFindings,
  startBrowser,
  type TestBrowser,
} from '../src/index.ts'

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,"></head><body><main><h1>t</h1>${body}</main></body></html>`

/** Pages, each with one thing wrong. */
const PAGES: Readonly<Record<string, string>> = {
  '/good': page('<p>Nothing <a href="/good">wrong</a></p>'),
  '/console': page('<script src="/console.js"></script>'),
  '/throws': page('<script src="/throws.js"></script>'),
  '/inline': page('<script>document.title = "inline"</script>'),
  '/style': page('<p style="color: red">red</p>'),
  '/foreign': page('<link rel="stylesheet" href="http://fonts.example.org/a.css">'),
  '/missing': page('<img alt="a picture" src="/no-such.png">'),
  '/silent': page('<img src="/good">'),
  '/wide': page('<p class="wide">wide</p>'),
  '/unreachable': page('<a href="/good">a</a><a href="/good" class="unseen">b</a>'),
}
const FILES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  '/console.js': ['text/javascript', 'console.error("told")'],
  '/throws.js': ['text/javascript', 'throw new Error("thrown")'],
  '/style.css': ['text/css', '.wide { width: 500px } .unseen:focus { outline: none }'],
}

let server: Server
let browser: TestBrowser
let url: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? ''
    const [type, text] = FILES[path] ?? ['text/html', PAGES[path]]
    const html = text?.replace('</head>', '<link rel="stylesheet" href="/style.css"></head>')
    response.writeHead(text === undefined ? 404 : 200, {
      'content-type': type,
      'content-security-policy': "default-src 'self'; img-src 'self' data:",
    })
    response.end(html ?? page('<p>There is no such page</p>'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  browser = await startBrowser({ onTestFinished })
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})

describe('a page', () => {
  test('without problems is let pass', async () => {
    const { page, status, close } = await browser.openPage({ url: `${url}/good` })
    expect(status).toBe(200)
    await expectNoOverflow(page)
    await expectNoSeriousAxeFindings(page)
    expect(await expectKeyboardReachesAll(page)).toBe(1)
    await close()
    await close()
  })

  test.each([
    ['/console', 'console: told'],
    ['/throws', 'script: thrown'],
    ['/inline', 'Content-Security-Policy violated: script-src-elem inline'],
    ['/style', 'Content-Security-Policy violated: style-src-attr inline'],
    ['/foreign', 'request to another host: http://fonts.example.org/a.css'],
    ['/missing', 'answer 404: '],
    ['/no-such', 'answer 404: '],
  ])('that is at fault fails its test: %s', async (path, problem) => {
    const { close } = await browser.openPage({ url: `${url}${path}` })
    await expect(close()).rejects.toThrow(problem)
  })

  test('may have the problems that its test allows', async () => {
    const { problems, close } = await browser.openPage({ url: `${url}/no-such`, allowed: [/^answer 404/] })
    expect(problems()).toEqual([])
    await close()
  })

  test('that scrolls sideways on a telephone is found, and what makes it so', async () => {
    const { page } = await browser.openPage({ url: `${url}/wide`, width: 360 })
    await expect(expectNoOverflow(page)).rejects.toThrow('<p class="wide">')
  })

  test('with a picture that says nothing to the blind is found', async () => {
    const { page } = await browser.openPage({ url: `${url}/silent` })
    await expect(expectNoSeriousAxeFindings(page)).rejects.toThrow('image-alt (critical)')
  })

  test('on which one does not see where the keyboard is, is found', async () => {
    const { page } = await browser.openPage({ url: `${url}/unreachable` })
    await expect(expectKeyboardReachesAll(page)).rejects.toThrow('class="unseen"')
  })
})
