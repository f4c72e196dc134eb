export {
  CanonicalJsonError,
  canonicalBytes,
  canonicalJson,
  JSON_DEPTH_MAX,
  type Json,
  parseCanonicalJson,
} from './canonical-json.ts'
