import { render } from 'preact'
import { App } from './app.tsx'
import { follow } from './state/city.ts'
import './page.css'

const page = document.getElementById('page')
if (page !== null) {
  follow()
  render(<App />, page)
}
