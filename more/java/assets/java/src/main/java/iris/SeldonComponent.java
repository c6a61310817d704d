package iris;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Seldon's internal API for a model: what its orchestrator asks a component, and how errors are told. */
@RestController
public class SeldonComponent {
    private final Model model;
    private final ObjectMapper json;
    private final Map<String, String> requestPath;

    public SeldonComponent(
            Model model,
            ObjectMapper json,
            @Value("${PREDICTIVE_UNIT_ID:}") String node,
            @Value("${PREDICTIVE_UNIT_IMAGE:}") String image) {
        this.model = model;
        this.json = json;
        this.requestPath = node.isEmpty() ? Map.of() : Map.of(node, image);
    }

    @PostMapping(path = {"/predict", "/api/v1.0/predictions"}, consumes = MediaType.APPLICATION_JSON_VALUE)
    public Map<String, Object> predict(@RequestBody(required = false) String message) throws Exception {
        SeldonMessage request = SeldonMessage.of(json.readTree(message == null ? "" : message));
        return request.answer(model.classNames(), model.predict(request.rows()), requestPath);
    }

    /** Seldon's testers send the message as the field of a form. */
    @PostMapping(path = {"/predict", "/api/v1.0/predictions"}, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    public Map<String, Object> predictForm(@RequestParam("json") String message) throws Exception {
        return predict(message);
    }

    @GetMapping({"/health/ping", "/api/v1.0/health/ping"})
    public String ping() {
        return "pong";
    }

    /** That the model answers, not only that a port is open. */
    @GetMapping({"/health/status", "/api/v1.0/health/status"})
    public Map<String, Object> status() throws Exception {
        return predict("{\"data\": {\"ndarray\": [[5.1, 3.5, 1.4, 0.2]]}}");
    }

    @ExceptionHandler({BadRequest.class, JsonProcessingException.class, ServletRequestBindingException.class})
    public ResponseEntity<Object> badRequest(Exception error) {
        return told(400, "MICROSERVICE_BAD_DATA", error);
    }

    /** ONNX Runtime says by its code whether the request was wrong. */
    @ExceptionHandler
    public ResponseEntity<Object> failed(OrtException error) {
        boolean wrong = error.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT;
        return told(wrong ? 400 : 500, wrong ? "MICROSERVICE_BAD_DATA" : "MICROSERVICE_INTERNAL_ERROR", error);
    }

    private static ResponseEntity<Object> told(int code, String reason, Exception error) {
        Object status = Map.of("status", 1, "code", -1, "reason", reason, "info", String.valueOf(error.getMessage()));
        return ResponseEntity.status(code).body(Map.of("status", status));
    }
}
