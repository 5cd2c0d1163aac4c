/** How container ids and names are written, as patterns that RE2 and JavaScript read alike. */

/** With or without the runtime before it; the first 12 digits are what ids are compared on. */
export const CONTAINER_ID = '^(?:[a-z-]+://)?([0-9a-f]{12})[0-9a-f]*$';

/** Docker's own name of a pod's container: `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`. */
export const DOCKER_NAME = '^k8s_([^_]+)_([^_]+)_([^_]+)_[0-9a-f-]+_[0-9]+$';
