import './style/fonts.css';
import './style/tokens.css';
import './style/base.css';
import { begin } from './begin';
import { connect } from './connect';

const host = document.getElementById('app');
if (host) await begin(host, connect);
