export { Automine, type AutomineMode } from './automine.ts'
export { MINER_QUEUE_MAX, Miner } from './miner.ts'
export { createTemplate, type SignedTransaction, type TemplateOptions } from './template.ts'
