import './style/fonts.css';
import './style/tokens.css';
import './style/base.css';
import { connect } from './connect';
import { begin } from './begin';

const host = document.getElementById('app');
if (host) await begin(host, connect);
