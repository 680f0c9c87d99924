package dev.wasl.hub.access;

import dev.wasl.hub.canonical.ErrorCode;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The rules of the HTTP side, one chain per kind of caller: gateways prove themselves by signature, systems by API key,
 * people by login. Whatever is not named here belongs to the console and needs a login.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration implements WebMvcConfigurer {

    static final String LOGIN = "/login";
    static final String HOME = "/console/now";

    /** Nothing inline, nothing from elsewhere. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'";

    private static final String PERMISSIONS_POLICY =
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()";

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new ScopeCheck()).addPathPatterns("/api/**");
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    /** Gateways: their signature is checked by intake on the raw bytes; no filter here costs them anything. */
    @Bean
    @Order(1)
    SecurityFilterChain webhooks() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher("/webhooks/**"), List.of());
    }

    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, ApiKeys keys, Problems problems) throws Exception {
        stateless(http, keys, problems);
        return http.securityMatcher("/api/**", "/v3/api-docs", "/v3/api-docs/**", "/v3/api-docs.yaml")
                .authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(
                                DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
                        .permitAll()
                        .requestMatchers("/v3/**")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain actuator(
            HttpSecurity http,
            ApiKeys keys,
            Problems problems,
            Environment environment,
            @Value("${wasl.ops.public-metrics:#{null}}") @Nullable Boolean publicMetrics)
            throws Exception {
        boolean open = publicMetrics != null ? publicMetrics : !environment.acceptsProfiles(Profiles.of("production"));
        stateless(http, keys, problems);
        return http.securityMatcher("/actuator", "/actuator/**")
                .authorizeHttpRequests(rules -> {
                    rules.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                            .permitAll();
                    rules.requestMatchers(HttpMethod.GET, "/actuator/health", "/actuator/health/**")
                            .permitAll();
                    if (open) {
                        rules.requestMatchers(HttpMethod.GET, "/actuator/prometheus")
                                .permitAll();
                    } else {
                        rules.requestMatchers(HttpMethod.GET, "/actuator/prometheus")
                                .hasAuthority(Scope.METRICS.authority());
                    }
                    rules.anyRequest().denyAll();
                })
                .build();
    }

    @Bean
    @Order(4)
    SecurityFilterChain console(HttpSecurity http, LoginThrottle throttle, Audit audit) throws Exception {
        HttpSessionRequestCache pages = new HttpSessionRequestCache();
        pages.setRequestMatcher(request -> HttpMethod.GET.matches(request.getMethod()) && !background(request));
        pages.setMatchingRequestParameterName(null);
        SavedRequestAwareAuthenticationSuccessHandler welcome = new SavedRequestAwareAuthenticationSuccessHandler();
        welcome.setRequestCache(pages);
        welcome.setDefaultTargetUrl(HOME);
        AuthenticationEntryPoint noRedirect = new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED);
        headers(http);
        return http.authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(
                                DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
                        .permitAll()
                        .requestMatchers(LOGIN, "/error", "/css/**", "/js/**", "/img/**", "/webjars/**", "/favicon.ico")
                        .permitAll()
                        .anyRequest()
                        .hasAnyRole(Role.VIEWER.name(), Role.OPERATOR.name(), Role.ADMIN.name(), Role.AUDITOR.name()))
                .requestCache(cache -> cache.requestCache(pages))
                .exceptionHandling(handling ->
                        handling.defaultAuthenticationEntryPointFor(noRedirect, SecurityConfiguration::background))
                .addFilterBefore(new LoginThrottleFilter(throttle), UsernamePasswordAuthenticationFilter.class)
                .formLogin(form -> form.loginPage(LOGIN)
                        .failureUrl(LOGIN + "?error")
                        .successHandler((request, response, who) -> {
                            throttle.succeeded(who.getName(), request.getRemoteAddr());
                            audit.login(who.getName(), request.getRemoteAddr());
                            welcome.onAuthenticationSuccess(request, response, who);
                        }))
                .logout(logout -> logout.logoutSuccessUrl(LOGIN + "?bye"))
                .build();
    }

    /** An odd URL is the caller's mistake, not ours. */
    @Bean
    RequestRejectedHandler oddRequests(Problems problems) {
        return (request, response, exception) -> problems.write(
                response,
                Problem.of(
                        HttpStatus.BAD_REQUEST.value(),
                        HttpStatus.BAD_REQUEST.getReasonPhrase(),
                        ErrorCode.INVALID_REQUEST,
                        "The URL or a header contains characters that are not accepted.",
                        null));
    }

    /** What the server refuses before any filter sees it. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> unreadableRequests(Problems problems) {
        return factory -> factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new UnreadableRequestValve(problems)));
    }

    private static void stateless(HttpSecurity http, ApiKeys keys, Problems problems) throws Exception {
        headers(http);
        http.csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .addFilterBefore(new ApiKeyFilter(keys, problems), AuthorizationFilter.class);
    }

    private static void headers(HttpSecurity http) throws Exception {
        http.headers(
                headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                        .frameOptions(FrameOptionsConfig::deny)
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
                        .permissionsPolicyHeader(policy -> policy.policy(PERMISSIONS_POLICY)));
    }

    /** What a script asks for; it needs a status, not the login page. */
    private static boolean background(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return request.getHeader("HX-Request") != null
                || (accept != null && !accept.contains(MediaType.TEXT_HTML_VALUE) && !accept.contains("*/*"));
    }
}
