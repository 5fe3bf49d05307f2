// Documents of a message or a contract: shown by the pages of those, so no routes of its own.
import * as texts from './texts.js';

export default { texts, routes: [], menu: [] };
