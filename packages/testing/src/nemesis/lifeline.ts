/** Preloaded into every process that a test starts: it ends when the one that started it has ended, however that happened. */
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'))
process.stdin.resume()
process.stdin.unref()
