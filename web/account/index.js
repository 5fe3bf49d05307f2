// Login: the session (shell/session.js) shows it, so it has neither routes nor a menu entry.
import * as texts from './texts.js';

export default { texts, routes: [], menu: [] };
