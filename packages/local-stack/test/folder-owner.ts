/** A process that makes a disposable folder, names it and waits to be killed. */
import { makeDisposableFolder } from '../src/disposable-folder.js'

console.log(makeDisposableFolder('owned').path)
